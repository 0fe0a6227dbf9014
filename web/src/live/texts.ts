/** The texts of watching; they come with its code. */
import en from '../locales/live/en.json';
import ru from '../locales/live/ru.json';
import { addTexts } from '../shared/i18n';

addTexts({ en, ru });
