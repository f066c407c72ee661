import type { Studio } from '../../contract/tasks.ts';
import type { LanguageView, TextSize, Theme } from '../../contract/views.ts';

/** What the desktop does for the window; main/app gives it with Electron behind it, tests without. */
export interface Desktop {
  /** Pictures, or clips; `from`: the folder to begin in; left out: the system's own. */
  chooseSources(studio: Studio, what: 'files' | 'folder', from: string | undefined): Promise<string[]>;
  chooseFolder(what: 'results' | 'pictures' | 'data'): Promise<string | undefined>;
  /** A recipe file to take in. */
  chooseRecipe(): Promise<string | undefined>;
  /** A project to open. */
  chooseProject(): Promise<string | undefined>;
  /** A model file to take in. */
  chooseModel(): Promise<string | undefined>;
  /** A file that pictures are made with. */
  chooseGenerateFile(
    what: 'lora' | 'vae' | 'embedding' | 'picture',
    from: string | undefined,
  ): Promise<string | undefined>;
  /** A diffusion model to take in. */
  chooseBundle(what: 'file' | 'folder'): Promise<string | undefined>;
  /** Pictures or texts, or a folder of them, to learn from. */
  chooseToLearn(
    of: 'pictures' | 'texts',
    what: 'files' | 'folder',
    from: string | undefined,
  ): Promise<string[]>;
  /** A picture that says where. */
  chooseMask(from: string | undefined): Promise<string | undefined>;
  /** Where the user keeps pictures. */
  picturesFolder(): string;
  /** @param name with the ending that the file gets where the user types none */
  chooseTarget(name: string): Promise<string | undefined>;
  /** Puts a picture on the system's clipboard, a PNG. */
  copy(png: Uint8Array<ArrayBuffer>): Promise<void>;
  /** What was copied: files by their paths, or a picture as a PNG; undefined: neither. */
  copied(): Promise<{ files: string[] } | { png: Uint8Array } | undefined>;
  /** The list of recent files is another one: by these, or it was cleared. */
  recentChanged(opened: readonly string[]): void;
  reveal(file: string): void;
  /** Ends the program and starts it again. */
  restart(): void;
  /** With the program that the system has for such files. */
  open(file: string): void;
  /** Whether the menu leaves its keys to the page. */
  leaveKeys(on: boolean): void;
  /** The bar on the task bar or the dock, 0..1; undefined takes it away. */
  showProgress(fraction: number | undefined, isPaused: boolean): void;
  /** Tells a user who looks elsewhere; nothing while the window has the focus. */
  notify(title: string, body: string): void;
  theme(): Theme;
  setTheme(theme: Theme): void;
  textSize(): TextSize;
  /** All of the page is shown so much larger, at once and at the next start. */
  setTextSize(size: TextSize): void;
  language(): LanguageView;
  /** A language of the catalogue, or `system`; its own words, the menu and the dialogs, are said anew. */
  setLanguage(language: string): void;
}
