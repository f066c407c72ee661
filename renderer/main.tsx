import './ui/base.css';
import './ui/controls.css';
import './app/app.css';
import './canvas/canvas.css';
import './queue/queue.css';
import './studios/restore/restore.css';
import './library/library.css';
import './settings/settings.css';
import './compare/compare.css';
import './app/narrow.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { languageFor } from '../contract/words/words.ts';
import { App } from './app/App.tsx';
import { connect } from './app/events.ts';
import { allowEmptyMarkup } from './app/trusted-types.ts';
import { speak } from './ui/words.ts';

allowEmptyMarkup();
// Chromium knows what was chosen; main says it for certain, with the rest of the state.
speak(languageFor(navigator.languages));
void connect();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
