import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { LOCATION_FILE, platformFolder, readLocation } from './location.ts';

export const QUEUE_FILE = 'queue.sqlite';

/**
 * What lies in the data folder besides the queue and small JSON files; anything else there is the user's own. A folder
 * that is not named here is left behind when the data moves.
 */
export const CONTENTS = {
  moves: ['models', 'logs', 'sample', 'pasted', 'parts'],
  /** Can be made again, or is Chromium's own for the window that runs. */
  stays: ['cache', 'window'],
} as const;

/** Where Gesso keeps what is its own: GESSO_HOME, the folder it was moved to, or the platform's data folder. */
export interface DataFolder {
  root: string;
  models: string;
  queue: string;
  cache: string;
  /** Spools of items in hand: `<item>-<pid>`. */
  work: string;
  /** Finished segments of clips: `<item>/`. They outlive a kill. */
  parts: string;
  logs: string;
  /** GESSO_HOME names it, so that it cannot be moved from within. */
  isFixed: boolean;
}

export function dataFolder(env: NodeJS.ProcessEnv = process.env): DataFolder {
  const isFixed = Boolean(env.GESSO_HOME);
  const root = env.GESSO_HOME ? path.resolve(env.GESSO_HOME) : locatedFolder(platformFolder());
  const folder = {
    root,
    models: path.join(root, 'models'),
    queue: path.join(root, QUEUE_FILE),
    cache: path.join(root, 'cache'),
    work: path.join(root, 'cache', 'work'),
    parts: path.join(root, 'parts'),
    logs: path.join(root, 'logs'),
    isFixed,
  };
  try {
    for (const made of [folder.models, folder.work, folder.logs, folder.parts])
      mkdirSync(made, { recursive: true });
  } catch (cause) {
    throw new GessoError(
      'output/denied',
      `Gesso cannot keep its data in ${root}.`,
      'Set GESSO_HOME to a folder that you may write to.',
      cause,
    );
  }
  removeStaleWork(folder.work);
  return folder;
}

/**
 * The folder that the data was moved to, else the platform's. One that is not there (a drive that is not connected) is
 * never made anew: that would look like a loss of everything.
 */
function locatedFolder(platform: string): string {
  const moved = readLocation(platform);
  if (!moved) return platform;
  if (existsSync(path.join(moved.root, QUEUE_FILE))) return moved.root;
  throw new GessoError(
    'output/denied',
    `Gesso's data was moved to ${moved.root}, where it is not now.`,
    `Connect that drive, or delete ${path.join(platform, LOCATION_FILE)} to use ${platform} instead.`,
  );
}

/** Spools of instances that are gone: after a kill nobody else would remove them. */
function removeStaleWork(work: string): void {
  for (const name of readdirSync(work)) {
    const pid = Number(name.split('-')[1]);
    try {
      if (Number.isInteger(pid) && pid > 0) process.kill(pid, 0);
      else throw new Error('not a work folder');
    } catch (problem) {
      if ((problem as NodeJS.ErrnoException).code !== 'EPERM')
        rmSync(path.join(work, name), { recursive: true, force: true });
    }
  }
}
