import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
/** What paints in all styles. */
export const STYLE_MODELS = ['multistyle26', 'magenta-style', 'magenta-style-reader'];
export const DEFAULTS = ['span-x2', 'span-x4'];

/** Installs models once by our own command line, kept for later runs; returns their folder. */
export async function installedModels(ids: readonly string[] = DEFAULTS): Promise<string> {
  const home = path.join(root, '.cache', 'test-home');
  const models = path.join(home, 'models');
  const lacking = ids.filter((id) => !existsSync(path.join(models, 'installed', `${id}.json`)));
  if (lacking.length > 0)
    await promisify(execFile)(
      process.execPath,
      [path.join(root, 'tools/gesso.mjs'), 'models', 'install', ...lacking],
      {
        env: { ...process.env, GESSO_HOME: home },
        timeout: 240_000,
      },
    );
  return models;
}
