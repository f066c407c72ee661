import { type ClipCoding, MOST_QUALITY } from '../../contract/clip-coding.ts';
import { expected, GessoError } from '../../contract/errors.ts';
import { compare, parseMoment, parseRational, toText } from '../../contract/time.ts';

/** @throws GessoError usage/invalid naming the flag */
export function momentOf(text: string | undefined, flag: string, help: string): string | undefined {
  if (text === undefined) return undefined;
  const moment = parseMoment(text);
  if (!moment)
    throw new GessoError('usage/invalid', expected('seconds, N/D or HH:MM:SS.mmm', flag, text), help);
  return toText(moment);
}

/** What no schema of single values can see. @throws GessoError usage/invalid */
export function checkClip(
  part: { from?: string | undefined; to?: string | undefined },
  { codec, quality }: Pick<ClipCoding, 'codec' | 'quality'>,
  help: string,
): void {
  const most = MOST_QUALITY[codec];
  if (quality !== undefined && quality > most)
    throw new GessoError('usage/invalid', `--quality of ${codec} goes from 0 to ${most}.`, help);
  const [from, to] = [part.from, part.to].map((text) =>
    text === undefined ? undefined : parseRational(text),
  );
  if (from && to && compare(from, to) >= 0)
    throw new GessoError('usage/invalid', '--from has to come before --to.', help);
}
