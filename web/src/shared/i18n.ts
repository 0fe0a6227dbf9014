/** Texts: English and Russian, chosen by the address, the person's earlier choice, or the browser. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '../locales/en.json';

export const languages = { en: 'English', ru: 'Русский' } as const;
export type Language = keyof typeof languages;
const KEY = 'rostrum.language';
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur']);

const known = (value: string | null | undefined): value is Language => value === 'en' || value === 'ru';

/** Picks the language; `wished` comes from an embedding page and wins. */
export function pickLanguage(wished: string | null, stored: string | null, browser: readonly string[]): Language {
  if (known(wished)) return wished;
  if (known(stored)) return stored;
  for (const tag of browser) {
    const base = tag.toLowerCase().split('-')[0];
    if (known(base)) return base;
  }
  return 'en';
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function dress(language: string): void {
  document.documentElement.lang = language;
  document.documentElement.dir = RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr';
}

/** English is always there, as what is shown where a text is missing; other languages are loaded when they are wanted. */
async function load(language: Language): Promise<void> {
  if (language === 'en') return;
  const texts = await import('../locales/ru.json');
  i18next.addResourceBundle(language, 'translation', texts.default, true);
}

/** Switches the language and remembers it. */
export async function chooseLanguage(language: Language): Promise<void> {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Not remembered then, but switched all the same.
  }
  await load(language);
  await i18next.changeLanguage(language);
}

/** Adds the texts of a part that is loaded later; they come with its code. */
export function addTexts(texts: Record<Language, object>): void {
  for (const [language, more] of Object.entries(texts)) i18next.addResourceBundle(language, 'translation', more, true);
}

/** To be awaited before anything is drawn. */
export async function startTexts(): Promise<void> {
  const hash = new URLSearchParams(location.hash.slice(1));
  const query = new URLSearchParams(location.search);
  const language = pickLanguage(hash.get('lang') ?? query.get('lang'), stored(), navigator.languages);
  i18next.on('languageChanged', dress);
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  // Texts that cannot be fetched are no reason to show nothing.
  await load(language).then(() => i18next.changeLanguage(language)).catch(() => undefined);
}
