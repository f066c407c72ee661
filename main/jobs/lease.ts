import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** A claim on an item is a lease: void after this long without a heartbeat, or when its process is gone. */
const LEASE_MS = 10_000;
export const HEARTBEAT_MS = 2_000;

/** `host pid uuid`: enough to see from another process of the same machine that the holder is gone. */
export function newInstanceId(): string {
  return `${hostname()} ${process.pid} ${randomUUID()}`;
}

export function isLeaseVoid(owner: string | undefined, heartbeat: number, now: number): boolean {
  if (owner === undefined || now - heartbeat > LEASE_MS) return true;
  const [host, pid] = owner.split(' ');
  return host === hostname() && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (problem) {
    // EPERM: it lives, but belongs to somebody else.
    return (problem as NodeJS.ErrnoException).code === 'EPERM';
  }
}
