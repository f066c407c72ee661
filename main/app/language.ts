import { app } from 'electron';
import { languageFor } from '../../contract/words/words.ts';

/** The language that a choice means here; `system` and a language that is no longer there mean the system's. */
export function spokenOf(chosen: string): string {
  return languageFor([chosen, ...app.getPreferredSystemLanguages()]);
}

/**
 * Chromium speaks it too, in its own dialogs and to the page, which so starts in the right language. To be called
 * before Electron is ready; what is chosen later is heard by Chromium at the next start.
 */
export function tellChromium(chosen: string): void {
  if (chosen !== 'system') app.commandLine.appendSwitch('lang', chosen);
}
