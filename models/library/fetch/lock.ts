import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cancelled } from '../../../contract/errors.ts';

/** A lock whose holder has not touched it for this long is void, whoever holds that process id by now. */
const STALE_MS = 60_000;
const BEAT_MS = 10_000;
const POLL_MS = 200;

/** Locks that this process holds: its own pid is alive, so the file alone cannot tell. */
const held = new Set<string>();

/**
 * Runs `work` while no other process (and nothing else in this one) holds the lock of `file`. The lock is a file
 * `<file>.lock` with the holder's process id; the lock of a dead process is taken over.
 * @throws GessoError job/cancelled while waiting, or whatever `work` throws
 */
export async function withLock<T>(
  file: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const lock = `${file}.lock`;
  await mkdir(path.dirname(lock), { recursive: true });
  while (!(await take(lock))) {
    if (signal?.aborted) throw cancelled('Waiting for another download');
    await sleep(POLL_MS);
  }
  const beat = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => {}), BEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await rm(lock, { force: true });
    held.delete(lock);
  }
}

async function take(lock: string): Promise<boolean> {
  if (held.has(lock)) return false;
  held.add(lock);
  try {
    const handle = await open(lock, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (thrown) {
    held.delete(lock);
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    if (await isStale(lock)) await rm(lock, { force: true });
    return false;
  }
}

async function isStale(lock: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(lock);
    if (Date.now() - mtimeMs > STALE_MS) return true;
    const text = await readFile(lock, 'utf8');
    // Empty for the instant between making the file and writing into it.
    return text !== '' && !isAlive(Number(text));
  } catch {
    return false;
  }
}

/** Whether a process of this id runs; its own id counts as dead, because a lock of its own would be in `held`. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // EPERM: it is there, but belongs to someone else.
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
