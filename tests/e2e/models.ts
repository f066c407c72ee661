import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '../..');
const DEFAULTS = ['span-x2', 'span-x4'];

/** The default models, installed once by our own command line and kept for later runs; returns their folder. */
export async function installedModels(): Promise<string> {
  const home = path.join(root, '.cache', 'test-home');
  const models = path.join(home, 'models');
  const isThere = DEFAULTS.every((id) => existsSync(path.join(models, 'installed', `${id}.json`)));
  if (!isThere)
    await promisify(execFile)(
      process.execPath,
      [path.join(root, 'tools/gesso.mjs'), 'models', 'install', ...DEFAULTS],
      {
        env: { ...process.env, GESSO_HOME: home },
        timeout: 240_000,
      },
    );
  return models;
}
