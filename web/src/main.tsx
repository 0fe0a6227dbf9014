import { createRoot } from 'react-dom/client';
import './shared/styles';
import { App } from './App';
import { startTexts } from './shared/i18n';

const root = document.getElementById('root');
if (root) {
  // No StrictMode: its double mounting would open cameras and join meetings twice while developing.
  void startTexts().then(() => createRoot(root).render(<App />));
}
