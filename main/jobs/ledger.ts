import { existsSync } from 'node:fs';
import { link, mkdir, rename, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import type { OutputRules } from '../../contract/recipe.ts';
import { fsyncFolder, hashFile, hashFolder, storageError } from '../../models/library/storage.ts';
import { numbered } from './names.ts';
import type { ItemRecord, ItemResult } from './records.ts';
import type { JobStore } from './store.ts';

export type Reservation =
  | { kind: 'reserved'; path: string; temp: string; mayReplace: boolean }
  | { kind: 'exists'; path: string };

/**
 * Which file each item will become, written down before the work begins. Together with the hash that is recorded
 * before the rename, it lets a restart tell a finished output from a missing one, whatever moment the power failed.
 */
export class Ledger {
  constructor(private readonly store: JobStore) {}

  /**
   * Reserves the item's final path by the recipe's rule for existing files; the input itself is never a target.
   * `stem` is the file name without extension.
   */
  async reserve(
    item: ItemRecord,
    stem: string,
    extension: string,
    rules: Pick<OutputRules, 'existing'>,
  ): Promise<Reservation> {
    try {
      await mkdir(item.folder, { recursive: true });
    } catch (cause) {
      throw storageError(cause, path.join(item.folder, stem + extension)) ?? cause;
    }
    const { sql } = this.store;
    return sql.transaction(() => {
      const mine = sql.first('SELECT path, temp FROM outputs WHERE item = ?', item.id);
      if (mine) sql.run('DELETE FROM outputs WHERE item = ?', item.id);
      for (let n = 1; n < 100_000; n++) {
        const target = numbered(item.folder, stem, extension, n);
        const holder = sql.first(
          'SELECT outputs.item, items.job, items.status FROM outputs JOIN items ON items.id = outputs.item WHERE path = ? COLLATE NOCASE',
          target,
        );
        // Another item of this job made or will make this file, or another job is about to: take the next number.
        const isTaken =
          holder !== undefined &&
          (Number(holder.job) === item.job || ['queued', 'running'].includes(String(holder.status)));
        if (isTaken || isSameFile(target, item.input)) continue;
        const exists = existsSync(target);
        if (exists && rules.existing === 'skip') return { kind: 'exists', path: target };
        if (exists && rules.existing === 'rename') continue;
        const temp = path.join(item.folder, `.gesso-${item.id}-${process.pid}${extension}.part`);
        sql.run('DELETE FROM outputs WHERE path = ? COLLATE NOCASE', target);
        sql.run('INSERT INTO outputs (path, item, temp) VALUES (?, ?, ?)', target, item.id, temp);
        return { kind: 'reserved', path: target, temp, mayReplace: rules.existing === 'overwrite' };
      }
      throw new GessoError(
        'output/exists',
        `Too many files named ${stem}.`,
        'Choose another --name or --out.',
      );
    });
  }

  /** Records the finished bytes at `temp`, moves them into place and marks the item done. */
  async commit(
    item: ItemRecord,
    owner: string,
    reserved: Extract<Reservation, { kind: 'reserved' }>,
    written: { sha256: string; bytes: number },
    result: ItemResult,
  ): Promise<boolean> {
    const isMine = this.store.sql.run(
      `UPDATE outputs SET sha256 = ?, bytes = ? WHERE path = ? AND item = ?
       AND EXISTS (SELECT 1 FROM items WHERE id = ? AND owner = ? AND status = 'running')`,
      written.sha256,
      written.bytes,
      reserved.path,
      item.id,
      item.id,
      owner,
    );
    if (isMine === 0) {
      // Cancelled, or taken over after a long sleep of this machine: the bytes are not wanted any more.
      await rm(reserved.temp, { force: true, recursive: true });
      return false;
    }
    try {
      await moveIntoPlace(reserved.temp, reserved.path, reserved.mayReplace);
      await fsyncFolder(path.dirname(reserved.path));
    } catch (cause) {
      await rm(reserved.temp, { force: true, recursive: true });
      throw cause instanceof GessoError ? cause : (storageError(cause, reserved.path) ?? cause);
    }
    return this.store.setStatus(item.id, owner, 'done', { result });
  }

  /**
   * What a killed instance left of an item: 'done' where its output is in place and whole. Leftovers are removed.
   */
  async recover(item: ItemRecord): Promise<{ output: string } | undefined> {
    const row = this.store.sql.first('SELECT path, temp, sha256, bytes FROM outputs WHERE item = ?', item.id);
    if (!row) return undefined;
    const target = String(row.path);
    const isWhole = row.sha256 !== null && (await hasHash(target, String(row.sha256), Number(row.bytes)));
    await rm(String(row.temp), { force: true, recursive: true });
    return isWhole ? { output: target } : undefined;
  }

  /** Frees the reservation of an item that will not be made, and removes what was begun. */
  async release(item: ItemRecord): Promise<void> {
    const row = this.store.sql.first('SELECT temp FROM outputs WHERE item = ?', item.id);
    if (row) await rm(String(row.temp), { force: true, recursive: true });
    this.store.sql.run('DELETE FROM outputs WHERE item = ?', item.id);
  }
}

function isSameFile(a: string, b: string): boolean {
  return path.resolve(a).toLowerCase() === path.resolve(b).toLowerCase();
}

async function hasHash(file: string, sha256: string, bytes: number): Promise<boolean> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) return (await hashFolder(file)) === sha256;
    if (found.size !== bytes) return false;
    return (await hashFile(file)).sha256 === sha256;
  } catch {
    return false;
  }
}

/** A rename; where nothing may be replaced, a hard link first, which fails if the name was taken meanwhile. */
async function moveIntoPlace(temp: string, target: string, mayReplace: boolean): Promise<void> {
  if ((await stat(temp)).isDirectory()) return moveFolderIntoPlace(temp, target, mayReplace);
  if (mayReplace) return rename(temp, target);
  try {
    await link(temp, target);
    await unlink(temp);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new GessoError(
        'output/exists',
        `${path.basename(target)} appeared while it was made.`,
        'Retry: the result gets another name, or is skipped, as the rule for existing files says.',
        cause,
      );
    // File systems without hard links (FAT, some network shares).
    if (code && ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES'].includes(code))
      return rename(temp, target);
    throw cause;
  }
}

/** A folder takes the place of another only in two moves: the old one is put aside first, and back if that fails. */
async function moveFolderIntoPlace(temp: string, target: string, mayReplace: boolean): Promise<void> {
  if (!existsSync(target)) return rename(temp, target);
  if (!mayReplace)
    throw new GessoError(
      'output/exists',
      `${path.basename(target)} appeared while it was made.`,
      'Retry: the result gets another name, or is skipped, as the rule for existing files says.',
    );
  const aside = `${temp}.old`;
  await rename(target, aside);
  try {
    await rename(temp, target);
  } catch (cause) {
    await rename(aside, target);
    throw cause;
  }
  await rm(aside, { recursive: true, force: true });
}
