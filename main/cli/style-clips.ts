import { GessoError } from '../../contract/errors.ts';
import type { StyleClip } from '../../contract/style-clip.ts';
import { isClip } from '../jobs/clip-files.ts';
import { hasPictureName } from '../jobs/picture-files.ts';
import { momentOf } from './clip-flags.ts';
import { given, numberOf } from './usage.ts';

/** The flags of `gesso style` that clips alone know, and `--quality`, which they know in another measure. */
export interface StyleClipFlags {
  from?: string;
  to?: string;
  steady?: string;
  codec?: string;
  container?: string;
  audio?: string;
  quality?: string;
}

/**
 * What the flags say of clips, for the schema to look at, and what is left of them for pictures.
 * @param inputs as they were named
 * @throws GessoError usage/invalid where `--quality` could mean either
 */
export function clipFlags(
  flags: StyleClipFlags,
  inputs: readonly string[],
  base: StyleClip | undefined,
  help: string,
): { clips: unknown; quality: string | undefined } {
  const { codec, container, audio, steady } = flags;
  const own = given({
    from: momentOf(flags.from, '--from', help),
    to: momentOf(flags.to, '--to', help),
    steady: numberOf(steady),
  });
  const stored = given({ codec, container, audio });
  const isOfClips = inputs.some(isClip) || Object.keys(own).length > 0 || Object.keys(stored).length > 0;
  if (flags.quality !== undefined && isOfClips && inputs.some(hasPictureName))
    throw new GessoError(
      'usage/invalid',
      '--quality is 1 to 100 for pictures, and for clips the codec’s own measure: it cannot be both.',
      'Paint pictures and clips in two calls, or leave it out.',
    );
  const quality = isOfClips ? given({ quality: numberOf(flags.quality) }) : {};
  const isSaid = base !== undefined || [own, stored, quality].some((each) => Object.keys(each).length > 0);
  return {
    clips: isSaid ? { ...base, ...own, output: { ...base?.output, ...stored, ...quality } } : undefined,
    quality: isOfClips ? undefined : flags.quality,
  };
}
