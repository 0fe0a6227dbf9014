// Puts a .gz beside every text asset, so that the server can send it without compressing anything by itself.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const assets = new URL('../dist/assets/', import.meta.url);
for (const name of readdirSync(assets)) {
  if (!/\.(js|css|svg)$/.test(name)) continue;
  writeFileSync(new URL(`${name}.gz`, assets), gzipSync(readFileSync(new URL(name, assets)), { level: 9 }));
}
