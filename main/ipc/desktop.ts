import type { Theme } from '../../contract/views.ts';

/** What the desktop does for the window; main/app gives it with Electron behind it, tests without. */
export interface Desktop {
  /** `from`: the folder to begin in; left out: the system's folder of pictures. */
  choosePictures(what: 'files' | 'folder', from: string | undefined): Promise<string[]>;
  chooseFolder(): Promise<string | undefined>;
  chooseTarget(name: string): Promise<string | undefined>;
  reveal(file: string): void;
  /** The bar on the task bar or the dock, 0..1; undefined takes it away. */
  showProgress(fraction: number | undefined, isPaused: boolean): void;
  /** Tells a user who looks elsewhere; nothing while the window has the focus. */
  notify(title: string, body: string): void;
  theme(): Theme;
  setTheme(theme: Theme): void;
}
