import { mkdirSync, realpathSync, rmSync } from 'node:fs';

/**
 * Makes `folder` anew, empty and for this user alone: what an earlier run left has ids that nobody holds any more.
 * Returns the real folder, so that a link put in its place later is not followed.
 */
export function freshFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return realpathSync(folder);
}
