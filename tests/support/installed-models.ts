import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { withLock } from '../../models/library/fetch/lock.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Kept between runs, and shared by all tests: nothing may work on it, only copy from it. */
const HOME = path.join(ROOT, '.cache/test-home');
const MODELS = path.join(HOME, 'models');

/**
 * Installs models once, by our own command line, for tests that run side by side too.
 *
 * @param cli the command line's bundle
 * @returns the folder `models` to copy them from
 */
export async function installedModels(
  ids: readonly string[],
  cli = path.join(ROOT, 'out/main/cli.js'),
): Promise<string> {
  const isThere = (id: string) => existsSync(path.join(MODELS, 'installed', `${id}.json`));
  const install = async (id: string) => {
    // Another test may have brought it in the meantime.
    if (isThere(id)) return;
    await promisify(execFile)(process.execPath, [cli, 'models', 'install', id], {
      env: { ...process.env, GESSO_HOME: HOME },
    });
  };
  // A lock each: who wants a small one does not wait for another's large one.
  for (const id of ids) if (!isThere(id)) await withLock(path.join(HOME, id), undefined, () => install(id));
  return MODELS;
}
