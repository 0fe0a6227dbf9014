// Fails when the join page needs more JavaScript than promised. Counts what its entry loads by static imports.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT_KB = 150;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

/** Every file of a chunk and of the chunks it imports statically. */
function filesOf(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) filesOf(next, seen);
  return seen;
}

/** Size in bytes after gzip, as a server sends it. */
function gzipped(keys) {
  let sum = 0;
  for (const key of keys) sum += gzipSync(readFileSync(new URL(manifest[key].file, dist)), { level: 9 }).length;
  return sum;
}

const entry = 'index.html';
const join = filesOf(entry);
const joinSize = gzipped(join);
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
console.log(`join page: ${kb(joinSize)} of JavaScript (gzip), limit ${LIMIT_KB} kB`);

const meeting = 'src/meeting/Meeting.tsx';
if (manifest[meeting]) {
  const later = [...filesOf(meeting)].filter((key) => !join.has(key));
  console.log(`meeting, loaded later: ${kb(gzipped(later))}`);
}
if (joinSize > LIMIT_KB * 1000) {
  console.error('The join page is too heavy: load what it does not need later.');
  process.exit(1);
}
