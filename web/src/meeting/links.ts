/** Addresses inside of a message. Only http and https become links. */

export interface Part {
  /** Position in the text: a stable key. */
  at: number;
  text: string;
  url?: string;
}

const ADDRESS = /https?:\/\/[^\s<>"']+/giu;
/** A full stop or bracket after an address belongs to the sentence. */
const TRAILING = /[.,;:!?)\]}]+$/u;

export function linkParts(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = match[0].replace(TRAILING, '');
    if (!URL.canParse(address)) continue;
    if (match.index > from) parts.push({ at: from, text: text.slice(from, match.index) });
    parts.push({ at: match.index, text: address, url: address });
    from = match.index + address.length;
  }
  if (from < text.length) parts.push({ at: from, text: text.slice(from) });
  return parts;
}
