import { stat } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../contract/errors.ts';
import { add, div, fromTicks, type Rational, ratio, sub, ZERO } from '../../../contract/time.ts';
import { type ClipFacts, clipFacts } from '../media/video/clip-facts.ts';
import { ClipReader } from '../media/video/clip-reader.ts';
import type { FrameSource } from '../media/video/frame-source.ts';
import { isFolder, numberedPictures, PictureSequence } from '../media/video/picture-folder.ts';
import type { Params, Result } from '../protocol/methods.ts';

/**
 * What an input holds, without decoding more than its first frame.
 * @throws GessoError input/unreadable, input/unsupported
 */
export async function factsOfSource({ file, second }: Params<'clip.facts'>): Promise<Result<'clip.facts'>> {
  const pictures = await picturesOf(file, second);
  if (!pictures) return { kind: 'clip', bytes: (await stat(file)).size, facts: await clipFacts(file) };
  if (pictures.length < 2) throw onePicture(file);
  const sizes = await Promise.all(pictures.map(async (picture) => (await stat(picture)).size));
  return {
    kind: second === undefined ? 'pictures' : 'pair',
    pictures: pictures.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    facts: await clipFacts(pictures[0]!),
  };
}

/** In order; undefined: it is a clip. */
async function picturesOf(input: string, second: string | undefined): Promise<string[] | undefined> {
  if (second !== undefined) return [input, second];
  return (await isFolder(input)) ? numberedPictures(input) : undefined;
}

/** What the frames come from. */
export interface OpenSource {
  kind: 'clip' | 'pictures';
  frames: FrameSource;
  /** Of a sequence of pictures: those of the first one, which has neither sound nor subtitles. */
  facts: ClipFacts;
  /** The file's first timestamp, seconds. */
  zero: Rational;
  /** Seconds after `zero` at which its picture ends, as far as is known without decoding. */
  end: Rational | undefined;
  /** Rates that the file states. */
  stated: Rational[];
}

/**
 * Opens a clip, a folder of numbered pictures, or two pictures.
 * @param second the other picture of two @param rate frames a second of pictures
 * @throws GessoError input/unreadable, input/unsupported
 */
export async function openSource(
  input: string,
  second: string | undefined,
  rate: Rational,
): Promise<OpenSource> {
  const pictures = await picturesOf(input, second);
  if (pictures) {
    if (pictures.length < 2) throw onePicture(input);
    const facts = await clipFacts(pictures[0]!);
    return {
      kind: 'pictures',
      frames: new PictureSequence(input, pictures, rate),
      facts: { ...facts, audio: [], subtitles: [], chapters: [], metadata: {}, duration: undefined },
      zero: ZERO,
      end: div(ratio(pictures.length), rate),
      stated: [rate],
    };
  }
  const facts = await clipFacts(input);
  const { video } = facts;
  const frames = await ClipReader.open(input);
  const first = sub(fromTicks(frames.start, frames.base), facts.start);
  return {
    kind: 'clip',
    frames,
    facts,
    zero: facts.start,
    end: video.duration ? add(first, video.duration) : facts.duration,
    stated: [video.statedRate, video.averageRate].filter(({ num }) => num > 0),
  };
}

export function onePicture(input: string): GessoError {
  return new GessoError(
    'input/unsupported',
    `${path.basename(input)} has a single picture: there is nothing between it and another.`,
    'Choose a clip, or at least two pictures.',
  );
}

export function unreadable(input: string): GessoError {
  return new GessoError(
    'input/unreadable',
    `${path.basename(input)} has no frame that can be decoded.`,
    'Check that it plays elsewhere, or copy it again from where it came.',
  );
}
