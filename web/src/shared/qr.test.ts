import jsQR from 'jsqr';
import { expect, it } from 'vitest';
import { codeOf } from './qr';

const SCALE = 4;

/** What somebody who points a camera at the drawn path reads. */
function read(text: string): string | undefined {
  const { size, path } = codeOf(text);
  const side = size * SCALE;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/gu)) {
    for (let row = Number(y) * SCALE; row < (Number(y) + 1) * SCALE; row += 1) {
      for (let column = Number(x) * SCALE; column < (Number(x) + Number(length)) * SCALE; column += 1) {
        pixels.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
      }
    }
  }
  return jsQR(pixels, side, side)?.data;
}

it.each(['https://meet.example/c/1234567890', 'http://localhost:8443/c/first', `https://конференции.рф/c/${'x'.repeat(128)}`])('is read as %s', (url) => {
  expect(read(url)).toBe(url);
});
