/** The texts of what hosts and participants do in a running meeting; the join page does not need them. */
import en from '../locales/meeting/en.json';
import ru from '../locales/meeting/ru.json';
import { addTexts } from '../shared/i18n';

addTexts({ en, ru });
