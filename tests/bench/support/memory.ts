import { readdirSync, readFileSync } from 'node:fs';

/** Anonymous memory of one process, bytes (RssAnon: without mapped files); 0 once it is gone. Linux only. */
function rssAnon(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/status`, 'utf8').match(/RssAnon:\s+(\d+)/)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** A process and all that it started, directly or not. */
function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const parent = parentOf(pid);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

function parentOf(pid: number): number | undefined {
  try {
    // "pid (name) state ppid ...": a name may hold spaces and brackets.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** All processes of the tree together, bytes. */
export function treeMemory(root: number): number {
  return processTree(root).reduce((sum, pid) => sum + rssAnon(pid), 0);
}

/** Samples a process tree's memory until it is stopped. */
export class MemoryWatch {
  /** Bytes. */
  peak = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(root: number, milliseconds = 25) {
    this.#timer = setInterval(() => {
      this.peak = Math.max(this.peak, treeMemory(root));
    }, milliseconds);
  }

  stop(): number {
    clearInterval(this.#timer);
    return this.peak;
  }
}

/** Why memory cannot be measured here; undefined where it can. */
export const MEMORY_UNKNOWN =
  process.platform === 'linux' ? undefined : 'RssAnon is read from /proc, which only Linux has';
