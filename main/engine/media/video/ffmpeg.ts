import path from 'node:path';
import { AV_LOG_FATAL, AV_LOG_INFO, AVERROR_EOF } from 'node-av/constants';
import { FFmpegError, type FormatContext, Log, PosixError } from 'node-av/lib';
import { GessoError } from '../../../../contract/errors.ts';

/** FFmpeg speaks of every odd packet on stderr; what matters is in its return codes. */
Log.setLevel(AV_LOG_FATAL);

/** "Not now": more has to be put in, or taken out, first. */
export const EAGAIN = FFmpegError.AVERROR(PosixError.EAGAIN);
export const END = AVERROR_EOF;
const NO_SPACE = FFmpegError.AVERROR(PosixError.ENOSPC);
const NO_ENTRY = FFmpegError.AVERROR(PosixError.ENOENT);
const NO_ACCESS = FFmpegError.AVERROR(PosixError.EACCES);

/** What FFmpeg says of a return code below 0. */
function reasonOf(code: number): string {
  return FFmpegError.strerror(code);
}

/** @throws GessoError input/unreadable, with the file and FFmpeg's reason, for a code below 0 */
export function checkInput(code: number, file: string): void {
  if (code >= 0) return;
  const name = path.basename(file);
  if (code === NO_ENTRY) throw new GessoError('input/unreadable', `${name} is not there.`, 'Check the path.');
  if (code === NO_ACCESS)
    throw new GessoError(
      'input/unreadable',
      `${name} may not be read.`,
      'Give yourself permission to read it.',
    );
  throw new GessoError(
    'input/unreadable',
    `${name} can't be read as a clip: ${reasonOf(code)}.`,
    'Check that it plays elsewhere, or copy it again from where it came.',
  );
}

/** @throws GessoError output/no-space, output/denied or internal/bug for a code below 0 */
export function checkOutput(code: number, file: string, doing: string): void {
  if (code >= 0) return;
  const name = path.basename(file);
  if (code === NO_SPACE)
    throw new GessoError(
      'output/no-space',
      `The disk is full: ${name} could not be written.`,
      'Free some space, then retry: it goes on from the last finished segment.',
    );
  if (code === NO_ACCESS)
    throw new GessoError('output/denied', `${name} may not be written.`, 'Choose another --out folder.');
  throw new GessoError(
    'internal/bug',
    `FFmpeg failed while ${doing} ${name}: ${reasonOf(code)}.`,
    'Choose another codec or container, and report it with the log from the data folder.',
  );
}

/** Log lines come over from FFmpeg's threads a little later; this long after the last one all are here. */
const SETTLED_MS = 30;

/**
 * What FFmpeg prints of an open file (`av_dump_format`): the one way to what its bindings do not give, chapters. In the
 * pieces that FFmpeg logs, without the ends of lines. Not
 * while anything else of FFmpeg runs in this process, whose lines would come in between.
 */
export async function dumpOf(context: FormatContext): Promise<string[]> {
  const parts: string[] = [];
  let last = performance.now();
  Log.setLevel(AV_LOG_INFO);
  Log.setCallback(
    (_, message) => {
      parts.push(message);
      last = performance.now();
    },
    { maxLevel: AV_LOG_INFO },
  );
  try {
    context.dumpFormat(0, 'clip', false);
    while (performance.now() - last < SETTLED_MS) await new Promise((resolve) => setTimeout(resolve, 5));
  } finally {
    Log.resetCallback();
    Log.setLevel(AV_LOG_FATAL);
  }
  return parts;
}
