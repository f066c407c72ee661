import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';
import { HOME } from '../support/engine.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The studio in real Electron, on a data folder of its own with the bench's models. */
export async function withStudio<T>(
  files: readonly string[],
  work: (studio: { app: ElectronApplication; page: Page }) => Promise<T>,
): Promise<T> {
  const home = mkdtempSync(path.join(tmpdir(), 'gesso-window-'));
  mkdirSync(path.join(home, 'models'));
  for (const part of ['installed', 'blobs'])
    cpSync(path.join(HOME, 'models', part), path.join(home, 'models', part), { recursive: true });
  const app = await _electron.launch({
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ROOT, ...files],
    env: { ...process.env, GESSO_HOME: home } as Record<string, string>,
    colorScheme: null,
  });
  try {
    const page = await app.firstWindow();
    await page.locator('.room[data-phase="ready"]').waitFor();
    return await work({ app, page });
  } finally {
    await app.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}
