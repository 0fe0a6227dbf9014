/** The texts of everything about recordings; they come with its code. */
import en from '../locales/recordings/en.json';
import ru from '../locales/recordings/ru.json';
import { addTexts } from '../shared/i18n';

addTexts({ en, ru });
