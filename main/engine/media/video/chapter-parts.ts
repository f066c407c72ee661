import { mul, ratio, round } from '../../../../contract/time.ts';
import type { Chapter } from './chapters.ts';

/** A change to a file: bytes that take the place of others, or go behind the last. */
export interface Patch {
  at: number;
  bytes: Buffer;
}

/** Reads some of a file. */
export type ReadAt = (at: number, length: number) => Promise<Buffer>;

/** A chapter's times in whole units of a second, never below 0. */
export function inUnits({ start, end }: Chapter, aSecond: number): { start: bigint; end: bigint } {
  const units = (time: Chapter['start']) => BigInt(Math.max(0, round(mul(time, ratio(aSecond)))));
  return { start: units(start), end: units(end) };
}
