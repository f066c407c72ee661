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
  const lacking = () => ids.filter((id) => !existsSync(path.join(MODELS, 'installed', `${id}.json`)));
  if (lacking().length === 0) return MODELS;
  await withLock(HOME, undefined, async () => {
    // Another test may have brought them in the meantime.
    const missing = lacking();
    if (missing.length > 0)
      await promisify(execFile)(process.execPath, [cli, 'models', 'install', ...missing], {
        env: { ...process.env, GESSO_HOME: HOME },
        timeout: 240_000,
      });
  });
  return MODELS;
}
