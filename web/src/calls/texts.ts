/** The texts of calls and contacts; they come with their code. */
import en from '../locales/calls/en.json';
import ru from '../locales/calls/ru.json';
import { addTexts } from '../shared/i18n';

addTexts({ en, ru });
