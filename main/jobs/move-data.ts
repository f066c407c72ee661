import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, realpath, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { needSpace } from '../../models/library/fetch/space.ts';
import { fsyncFile, fsyncFolder, storageError } from '../../models/library/storage.ts';
import { copyFiles, listTree, stopIfAborted } from './copy-tree.ts';
import { CONTENTS, type DataFolder, QUEUE_FILE } from './data-folder.ts';
import { LOCATION_FILE, platformFolder, readLocation, writeLocation } from './location.ts';
import { relocateJson, relocateQueue } from './relocate.ts';
import { Sql } from './sql.ts';
import type { JobStore } from './store.ts';
import { writeWhole } from './write-whole.ts';

/** Says that a folder holds a move that did not end: what lies beside it may be cleared away. */
const MARK = 'moving.json';
const { moves, stays } = CONTENTS;
const isMoved = (name: string) => (moves as readonly string[]).includes(name);
const isQueue = (name: string) => name === QUEUE_FILE || name.startsWith(`${QUEUE_FILE}-`);
/** Small files of the window and the program, which change until the last moment. */
const isState = (name: string) => /^[a-z-]+\.json$/.test(name) && name !== LOCATION_FILE && name !== MARK;
/** All that a data folder holds of ours; the rest is the user's own. */
const isOurs = (name: string) =>
  isMoved(name) ||
  isQueue(name) ||
  isState(name.replace(/\.part$/, '')) ||
  (stays as readonly string[]).includes(name);

export interface MoveOptions {
  folder: DataFolder;
  store: JobStore;
  /** An empty folder. */
  target: string;
  signal?: AbortSignal;
  /** 0..1; never falls. */
  onProgress?(fraction: number): void;
}

/** What would move, in bytes. */
export async function dataBytes({ root }: DataFolder): Promise<number> {
  const files = await listTree(root, (name) => isMoved(name) || isQueue(name) || isState(name));
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * Copies everything to another folder, checks every byte of it, and then lets the next start use it. Until the last
 * step, the renaming of one small file, nothing has changed: a kill at any moment leaves the old place whole and in
 * use. Afterwards this process holds the queue alone until it ends, because what it would still write is lost.
 * @throws GessoError usage/invalid, app/busy, output/exists, output/denied, output/no-space, job/cancelled
 */
export async function moveData({ folder, store, target, signal, onProgress }: MoveOptions): Promise<void> {
  const from = await realpath(folder.root);
  const to = await usableTarget(folder, from, target);
  if (!store.sql.holdAlone()) throw busy('Another Gesso has the queue open.', 'End it first.');
  let isBegun = false;
  try {
    if (store.unfinished().length > 0)
      throw busy('There is work in the queue.', 'Let it finish, or cancel it.');
    const files = await listTree(from, isMoved);
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    await clearAway(to);
    await needSpace(to, total);
    isBegun = true;
    await writeFile(path.join(to, MARK), `${JSON.stringify({ gesso: 1, from })}\n`, { flush: true });
    let done = 0;
    await copyFiles(from, to, files, {
      signal,
      onBytes(bytes) {
        done += bytes;
        onProgress?.(Math.min(1, done / (2 * total)));
      },
    });
    await copyQueue(store, [folder.root, from], to);
    copyState(folder, to);
    await fsyncFolder(to);
    stopIfAborted(signal);
    writeLocation(platformFolder(), { root: to, old: from });
  } catch (thrown) {
    if (isBegun) await clearAway(to).catch(() => {});
    store.sql.share();
    throw thrown instanceof GessoError ? thrown : (storageError(thrown, path.join(to, MARK)) ?? thrown);
  }
  // Should a power cut undo the renaming, the old place is still whole.
  await fsyncFolder(platformFolder()).catch(() => {});
}

/** The real path of a folder that the data can move to. */
async function usableTarget({ root, isFixed }: DataFolder, from: string, target: string): Promise<string> {
  if (isFixed)
    throw new GessoError(
      'usage/invalid',
      'GESSO_HOME names the data folder.',
      'Move it yourself while Gesso does not run, and change GESSO_HOME; or start without it.',
    );
  let names: string[];
  let to: string;
  try {
    await mkdir(target, { recursive: true });
    to = await realpath(target);
    names = await readdir(to);
  } catch (cause) {
    throw storageError(cause, path.join(target, MARK)) ?? cause;
  }
  if (to === from)
    throw new GessoError('usage/invalid', 'The data is there already.', 'Choose another folder.');
  if (to.startsWith(from + path.sep))
    throw new GessoError(
      'usage/invalid',
      `${to} lies inside the data folder ${root}.`,
      'Choose a folder outside it.',
    );
  const isLeftover = names.includes(MARK) && isMarkOf(path.join(to, MARK), from);
  if (!isLeftover && names.some((name) => name !== LOCATION_FILE))
    throw new GessoError(
      'output/exists',
      `${to} is not empty.`,
      'Choose an empty folder, or make a new one.',
    );
  return to;
}

function isMarkOf(file: string, from: string): boolean {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).from === from;
  } catch {
    // A power cut may have left it empty.
    return readFileSync(file, 'utf8').trim() === '';
  }
}

/** Takes away what a move brought; the mark goes last, so that a kill in between leaves it. */
async function clearAway(to: string): Promise<void> {
  const names = await readdir(to);
  for (const name of names.filter(isOurs))
    await rm(path.join(to, name), { recursive: true, force: true, maxRetries: 5 });
  await rm(path.join(to, MARK), { force: true });
}

/** Through SQLite itself: another reader of its file in this process would lose it its lock. */
async function copyQueue(store: JobStore, from: readonly string[], to: string): Promise<void> {
  const file = path.join(to, QUEUE_FILE);
  store.sql.script(`VACUUM INTO '${file.replaceAll("'", "''")}'`);
  const copy = new Sql(file);
  try {
    const verdict = copy.first('PRAGMA integrity_check')?.integrity_check;
    if (verdict !== 'ok' || counts(copy) !== counts(store.sql))
      throw new GessoError(
        'output/denied',
        `The copy of the queue in ${to} is not whole.`,
        'Check that disk, or choose another.',
      );
    for (const root of new Set(from)) relocateQueue(copy, root, to);
    copy.flush();
  } finally {
    copy.close();
  }
  await fsyncFile(file);
}

/** How many rows each table has. */
function counts(sql: Sql): string {
  const tables = sql.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
  return tables
    .map(({ name }) => `${name} ${sql.first(`SELECT count(*) AS n FROM "${name}"`)?.n}`)
    .join('\n');
}

/**
 * Takes along what the window has kept since it was copied, with the paths of the new place; called again at the end of
 * the process that moved.
 */
export function copyState({ root }: DataFolder, to: string): void {
  for (const name of readdirSync(root).filter(isState)) {
    const file = path.join(root, name);
    const text = readFileSync(file, 'utf8');
    let moved = text;
    try {
      moved = relocateJson(text, root, to);
    } catch {
      // Broken, and as good as none here and there.
    }
    writeWhole(path.join(to, name), moved);
  }
}

/**
 * Removes what was left in the old place, now that the new one has opened. Where somebody still has the old queue open,
 * or a file cannot be removed, it is tried again at the next start.
 * @returns whether nothing is left to remove
 */
export async function removeOldData({ root, isFixed }: DataFolder): Promise<boolean> {
  const platform = platformFolder();
  const moved = isFixed ? undefined : readLocation(platform);
  if (moved?.old === undefined || path.resolve(moved.root) !== path.resolve(root)) return true;
  const { old } = moved;
  const queue = path.join(old, QUEUE_FILE);
  if (existsSync(queue) && !isFree(queue)) return false;
  const names = await readdir(old).catch(() => []);
  for (const name of names.filter(isOurs))
    await rm(path.join(old, name), { recursive: true, force: true, maxRetries: 5 });
  // The user's own files stay, and with them the folder.
  if (path.resolve(old) !== path.resolve(platform)) await rmdir(old).catch(() => {});
  await rm(path.join(root, MARK), { force: true });
  writeLocation(platform, { root: moved.root });
  return true;
}

function isFree(queue: string): boolean {
  let sql: Sql | undefined;
  try {
    sql = new Sql(queue, 0);
    return sql.holdAlone();
  } catch {
    return false;
  } finally {
    sql?.close();
  }
}

function busy(message: string, hint: string): GessoError {
  return new GessoError('app/busy', message, hint);
}
