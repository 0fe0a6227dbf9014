/** What is known of the fields that a form may ask for. An organiser may ask for any other, by a name of one's own. */

const NAMED = new Set(['display_name', 'email', 'phone', 'company', 'position']);

/** The label of a field; a name of the organiser's own is made readable: "dietary_needs" is "Dietary needs". */
export function wordsFor(name: string, t: (key: string) => string): string {
  if (NAMED.has(name)) return t(`register.field.${name}`);
  const words = name.replace(/[_-]+/g, ' ').trim();
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

interface Kind {
  type: string;
  autoComplete: string;
  maxLength: number;
}

const KINDS: Record<string, Kind> = {
  display_name: { type: 'text', autoComplete: 'name', maxLength: 64 },
  email: { type: 'email', autoComplete: 'email', maxLength: 254 },
  phone: { type: 'tel', autoComplete: 'tel', maxLength: 1000 },
  company: { type: 'text', autoComplete: 'organization', maxLength: 1000 },
  position: { type: 'text', autoComplete: 'organization-title', maxLength: 1000 },
};

/** How a browser helps to fill a field in, and how long its text may be. */
export function kindOf(name: string): Kind {
  return KINDS[name] ?? { type: 'text', autoComplete: 'on', maxLength: 1000 };
}

/** The server's reasons by location (`fields.email`) as the words that stand at a field. */
export function wrongOf(places: Record<string, string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [location, reason] of Object.entries(places)) {
    const name = location.startsWith('fields.') ? location.slice('fields.'.length) : null;
    if (name === null) continue;
    found[name] = reason === 'missingRequiredField' ? 'missing' : name === 'email' ? 'email' : 'long';
  }
  return found;
}
