import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import envPaths from 'env-paths';
import { GessoError } from '../../contract/errors.ts';

/** Where Gesso keeps what is its own: the platform's data folder, or GESSO_HOME. */
export interface DataFolder {
  root: string;
  models: string;
  queue: string;
  cache: string;
  /** Spools of items in hand: `<item>-<pid>`. */
  work: string;
  logs: string;
}

export function dataFolder(env: NodeJS.ProcessEnv = process.env): DataFolder {
  const root = env.GESSO_HOME ? path.resolve(env.GESSO_HOME) : envPaths('gesso', { suffix: '' }).data;
  const folder = {
    root,
    models: path.join(root, 'models'),
    queue: path.join(root, 'queue.sqlite'),
    cache: path.join(root, 'cache'),
    work: path.join(root, 'cache', 'work'),
    logs: path.join(root, 'logs'),
  };
  try {
    for (const made of [folder.models, folder.work, folder.logs]) mkdirSync(made, { recursive: true });
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
