/** Texts: English and Russian, chosen by the address, the person's earlier choice, or the browser. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '../locales/en.json';
import ru from '../locales/ru.json';

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

/** Switches the language and remembers it. */
export function chooseLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // Not remembered then, but switched all the same.
  }
  void i18next.changeLanguage(language);
}

/** Adds the texts of a part that is loaded later; they come with its code. */
export function addTexts(texts: Record<Language, object>): void {
  for (const [language, more] of Object.entries(texts)) i18next.addResourceBundle(language, 'translation', more, true);
}

export function startTexts(): void {
  const hash = new URLSearchParams(location.hash.slice(1));
  const query = new URLSearchParams(location.search);
  const language = pickLanguage(hash.get('lang') ?? query.get('lang'), stored(), navigator.languages);
  i18next.on('languageChanged', dress);
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, ru: { translation: ru } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
}
