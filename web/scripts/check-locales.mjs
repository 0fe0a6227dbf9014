// Fails when the languages do not have the same texts, when one is never used, or when a used one is missing.
import { readdirSync, readFileSync } from 'node:fs';

const source = new URL('../src/', import.meta.url);
const languages = ['en', 'ru'];
const problems = [];

/** A nested object as a map from dotted key to text. */
function flat(value, prefix = '', into = new Map()) {
  for (const [key, next] of Object.entries(value)) {
    if (typeof next === 'string') into.set(prefix + key, next);
    else flat(next, `${prefix}${key}.`, into);
  }
  return into;
}

const withoutForm = (key) => key.replace(/_(zero|one|two|few|many|other)$/, '');
// The first page's texts, and in folders those of parts that are loaded later.
const parts = readdirSync(new URL('locales/', source), { withFileTypes: true }).filter((one) => one.isDirectory()).map((one) => `${one.name}/`);
const read = (name) => JSON.parse(readFileSync(new URL(`locales/${name}.json`, source), 'utf8'));
const texts = new Map(languages.map((one) => [one, ['', ...parts].reduce((into, part) => flat(read(part + one), '', into), new Map())]));
const keys = new Map(languages.map((one) => [one, new Set([...texts.get(one).keys()].map(withoutForm))]));

for (const one of languages) {
  for (const other of languages) {
    for (const key of keys.get(one)) if (!keys.get(other).has(key)) problems.push(`${key}: in ${one}, not in ${other}`);
  }
  for (const key of keys.get(one)) {
    const forms = new Intl.PluralRules(one).resolvedOptions().pluralCategories;
    const given = forms.filter((form) => texts.get(one).has(`${key}_${form}`));
    if (given.length > 0 && given.length < forms.length) problems.push(`${key}: ${one} needs the forms ${forms.join(', ')}`);
  }
  for (const [key, text] of texts.get(one)) if (text.trim() === '') problems.push(`${key}: empty in ${one}`);
}

for (const [key, text] of texts.get('en')) {
  const names = (words) => [...words.matchAll(/{{(\w+)}}/g)].map((match) => match[1]).toSorted().join();
  const other = texts.get('ru').get(key);
  if (other !== undefined && names(other) !== names(text)) problems.push(`${key}: the languages fill in different values`);
}

const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.(test|gen)\./.test(name))
  .map((name) => readFileSync(new URL(name, source), 'utf8'))
  .join('\n');
const areas = new Set([...keys.get('en')].map((key) => key.split('.')[0]));
const literal = new Set([...code.matchAll(/['"`]([a-zA-Z]+(?:\.\w+)+)['"`]/g)].map((match) => match[1]).filter((key) => areas.has(key.split('.')[0])));
// Keys made of a fixed beginning, a value, and perhaps a fixed end: `error.${reason}.title`.
const made = [...code.matchAll(/`((?:[a-zA-Z]+\.)+)\$\{[^}]+\}((?:\.\w+)?)`/g)].map((match) => ({ start: match[1], end: match[2] }));
const isMade = (key) => made.some(({ start, end }) => key.startsWith(start) && key.endsWith(end) && !key.slice(start.length, key.length - end.length).includes('.'));
const withoutContext = (key) => key.replace(/_(camera|microphone|both)$/, '');

for (const key of keys.get('en')) {
  if (!literal.has(key) && !isMade(withoutContext(key))) problems.push(`${key}: never used`);
}
for (const key of literal) if (!keys.get('en').has(key)) problems.push(`${key}: used, but there is no such text`);

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log(`texts: ${keys.get('en').size} keys in ${languages.join(' and ')}`);
