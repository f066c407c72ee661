import { z } from 'zod';
import { clipCoding } from './clip-coding.ts';
import { rationalText } from './time.ts';

/** What is said of clips that are painted; pictures know none of it. */
export const styleClip = z.strictObject({
  /** The part of the source that is taken, seconds; `to` is not in it any more. */
  from: rationalText.optional(),
  to: rationalText.optional(),
  /** How far a frame follows the one before it: 0 is each by itself. */
  steady: z.number().min(0).max(1).default(0.9),
  output: clipCoding.extend({ audio: z.enum(['copy', 'none']).default('copy') }).prefault({}),
});
export type StyleClip = z.infer<typeof styleClip>;

/** What a recipe says of clips, or what goes without saying. */
export function clipsOf({ clips }: { clips?: StyleClip | undefined }): StyleClip {
  return clips ?? styleClip.parse({});
}
