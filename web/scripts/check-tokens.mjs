// Fails when a colour, a text size or a distance is written outside of the theme.
import { readdirSync, readFileSync } from 'node:fs';

const source = new URL('../src/', import.meta.url);
const problems = [];
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.(tsx?|css)$/.test(name) && name !== 'shared/theme.ts' && !/\.(test|gen)\./.test(name),
);
const COLOUR = /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(/gi;
// Lines and rings may be 1 or 2 px; the visually hidden text needs -1 px; all else stands on the 4 px grid.
const PIXELS = /(?<![\w.-])(-?\d*\.?\d+)px/g;

for (const name of files) {
  readFileSync(new URL(name, source), 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const where = `${name}:${index + 1}`;
      if (/^\s*(\/\/|\*|\/\*)/.test(line)) return;
      for (const [colour] of line.matchAll(COLOUR)) problems.push(`${where}: the colour ${colour} is not a token`);
      if (!name.endsWith('.css')) return;
      for (const [, size] of line.matchAll(PIXELS)) {
        const pixels = Math.abs(Number(size));
        if (pixels > 2 && pixels % 4 !== 0) problems.push(`${where}: ${size}px is off the 4 px grid`);
      }
      if (/font-size:\s*[\d.]/.test(line)) problems.push(`${where}: text sizes come from the scale`);
    });
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`tokens: ${files.length} files keep to the theme`);
