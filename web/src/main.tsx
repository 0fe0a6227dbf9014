import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './shared/styles';
import { App } from './App';
import { startTexts } from './shared/i18n';

startTexts();
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
