/** A text as the dark squares of a QR code; loaded when a code is shown. */
import { encode } from 'uqr';

export interface Code {
  /** Squares along each side, with the quiet border. */
  size: number;
  /** The dark ones, as the path of an SVG. */
  path: string;
}

/** Squares of light around a code that readers need. */
const QUIET = 4;

export function codeOf(text: string): Code {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET });
  const rows = data.map((row, y) => row.map((dark, x) => (dark && !row[x - 1] ? `M${x} ${y}h${run(row, x)}v1h-${run(row, x)}z` : '')).join(''));
  return { size, path: rows.join('') };
}

function run(row: readonly boolean[], from: number): number {
  const end = row.indexOf(false, from);
  return (end < 0 ? row.length : end) - from;
}
