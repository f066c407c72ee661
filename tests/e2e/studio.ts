import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { copyModels } from '../support/copy-models.ts';
import { installedModels } from '../support/installed-models.ts';
import { DEFAULTS } from './models.ts';

export const root = path.resolve(import.meta.dirname, '../..');

/** A studio in real Electron on a data folder of its own. */
export interface OpenStudio {
  app: ElectronApplication;
  page: Page;
  home: string;
}

export interface OpenOptions {
  /** A data folder to go on with; a new one with the default models where it is left out. */
  home?: string;
  /** Picture files on the command line. */
  files?: string[];
  /** Where the window has not been told another one; English on any machine where it is left out. */
  language?: string;
  env?: Record<string, string>;
}

/** Temporary folders of a test file, removed with it. */
export class Folders {
  readonly #made: string[] = [];

  make(name: string): string {
    const folder = mkdtempSync(path.join(os.tmpdir(), `gesso-e2e-${name}-`));
    this.#made.push(folder);
    return folder;
  }

  /** A data folder in which models are installed: the default ones, or those that are named. */
  async home(ids: readonly string[] = DEFAULTS): Promise<string> {
    const home = this.make('home');
    copyModels(await installedModels(ids), path.join(home, 'models'), ids);
    return home;
  }

  /** Again at the end: Chromium's helpers write a last time after the window is gone. */
  remove(): void {
    const remove = () => {
      for (const folder of this.#made) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    };
    remove();
    process.once('exit', remove);
  }
}

export async function openStudio(folders: Folders, options: OpenOptions = {}): Promise<OpenStudio> {
  const home = options.home ?? (await folders.home());
  speakAtFirst(home, options.language ?? 'en');
  // Chromium refuses its own sandbox to root; the page's sandbox preference is another thing, and stays on.
  const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await _electron.launch({
    args: [...flags, root, ...(options.files ?? [])],
    env: { ...process.env, GESSO_HOME: home, ...options.env } as Record<string, string>,
    timeout: 60_000,
    // The theme is the window's own, not Playwright's.
    colorScheme: null,
  });
  const page = await app.firstWindow({ timeout: 20_000 });
  await page
    .locator('.room[data-phase="ready"]')
    .waitFor()
    .catch(async (cause) => {
      // What stands there instead says more than that the time is over.
      const seen = await page.evaluate(() => `${location.href} ${document.body.textContent}`).catch(String);
      const log = path.join(home, 'logs/window.log');
      const logged = existsSync(log) ? readFileSync(log, 'utf8') : 'no window.log';
      throw new Error(`The studio did not become ready. It shows: ${seen}\n${logged}`, { cause });
    });
  return { app, page, home };
}

/** As if the language had been chosen in the settings. */
function speakAtFirst(home: string, language: string): void {
  const file = path.join(home, 'window.json');
  const stored = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  mkdirSync(home, { recursive: true });
  writeFileSync(file, JSON.stringify({ language, ...stored }));
}

/**
 * Gives the window another size, and waits until the page has it.
 *
 * @param zoom the size of the text, which makes the page so much smaller
 */
export async function resize(
  { app, page }: Pick<OpenStudio, 'app' | 'page'>,
  [width, height]: readonly [number, number],
  zoom = 1,
): Promise<void> {
  await app.evaluate(({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]!.setContentSize(w, h), [
    width,
    height,
  ] as const);
  await page.waitForFunction((w) => innerWidth === w, Math.round(width / zoom));
}

/** A folder for what tests look at afterwards. */
export function cacheFolder(name: string): string {
  const folder = path.join(root, '.cache', name);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  return folder;
}
