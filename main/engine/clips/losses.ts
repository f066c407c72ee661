import type { Rational } from '../../../contract/time.ts';
import { toNumber } from '../../../contract/time.ts';
import type { Losses } from '../media/video/frame-source.ts';

/** A source this much shorter than it says has broken off. Seconds. */
const MUCH_SHORTER = 1;

/**
 * What could not be read, for people.
 * @param stated seconds that the file says it has @param found seconds it has
 * @param gaps frames that its rate has places for and that are not there
 */
export function lossNotes(
  losses: Losses,
  stated: Rational | undefined,
  found: Rational,
  gaps: number,
): string[] {
  const notes: string[] = [];
  const { packets, damaged, misplaced } = losses;
  const missing = stated ? toNumber(stated) - toNumber(found) : 0;
  if (missing > MUCH_SHORTER || losses.broken)
    notes.push(
      missing > MUCH_SHORTER
        ? `The file breaks off ${missing.toFixed(1)} s before its end: what was there is done.`
        : 'The file breaks off before its end: what was there is done.',
    );
  if (packets > 0)
    notes.push(`${packets} damaged ${packets === 1 ? 'packet' : 'packets'} could not be decoded.`);
  if (damaged > 0) notes.push(`${damaged} ${damaged === 1 ? 'frame has' : 'frames have'} damaged parts.`);
  if (misplaced > 0)
    notes.push(
      `${misplaced} ${misplaced === 1 ? 'frame' : 'frames'} out of order ${misplaced === 1 ? 'was' : 'were'} left out.`,
    );
  // Many files leave out frames that repeat; only where something is known to be lost are gaps a loss.
  if (notes.length > 0 && gaps > 0)
    notes.push(`${gaps} ${gaps === 1 ? 'frame is' : 'frames are'} missing in between: the time is filled.`);
  return notes;
}
