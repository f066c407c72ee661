import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../../../../contract/errors.ts';

/** Files that are not read: what they are called is their title. All others must be texts. */
const PICTURES = /\.(jpe?g|jpe|png|tiff?|webp|avif|gif)$/i;
/** Characters, all lines together; fewer are learnt by heart and nothing else. */
const LEAST_CHARACTERS = 500;
const MOST_CHARACTERS = 20_000_000;
/** One line in so many is held out. */
const EVERY = 10;

/**
 * Lines of texts, and titles of pictures: what their files are called. Each line once, without what surrounds it.
 * @throws GessoError input/unreadable for what is no text, input/unsupported for too little of it
 */
export async function readLines(files: readonly string[], checkpoint: () => void): Promise<string[]> {
  const lines: string[] = [];
  for (const file of files) {
    checkpoint();
    if (PICTURES.test(file)) lines.push(titleOf(file));
    else {
      const text = await readText(file);
      lines.push(...(/\.csv$/i.test(file) ? captionsOf(text) : text.split(/\r\n|\r|\n/)));
    }
  }
  const once = [...new Set(lines.map((line) => line.normalize('NFC').replace(/\s+/g, ' ').trim()))].filter(
    Boolean,
  );
  const characters = once.reduce((sum, line) => sum + line.length + 1, 0);
  const named = files.length === 1 ? path.basename(files[0]!) : `${files.length} files`;
  if (once.length === 0)
    throw new GessoError(
      'input/unsupported',
      `${named}: there is no text in it.`,
      'Choose texts, captions or titles of your own.',
    );
  if (characters < LEAST_CHARACTERS)
    throw new GessoError(
      'input/unsupported',
      `${named}: ${characters} characters in ${once.length} different lines are too little to learn from; at least ${LEAST_CHARACTERS} are needed.`,
      'Add more of your captions or titles: some hundred lines are good.',
    );
  if (characters > MOST_CHARACTERS)
    throw new GessoError(
      'input/too-large',
      `${named}: ${characters} characters are more than Gesso learns from.`,
      `Choose up to ${MOST_CHARACTERS / 1e6} million of them.`,
    );
  return once;
}

/** Every tenth line is held out; of less than that many, the last. */
export function splitLines(lines: readonly string[]): { learnt: string[]; held: string[] } {
  const isHeld = (at: number) =>
    lines.length < EVERY ? at === lines.length - 1 && at > 0 : at % EVERY === EVERY - 1;
  return { learnt: lines.filter((_, at) => !isHeld(at)), held: lines.filter((_, at) => isHeld(at)) };
}

async function readText(file: string): Promise<string> {
  const name = path.basename(file);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw new GessoError('input/unreadable', `${name} cannot be read.`, 'Check that you may open it.', cause);
  }
  try {
    // Valid UTF-8 is no text yet: there are control characters that no text has.
    const isBinary = bytes.some((byte) => byte < 9 || (byte > 13 && byte < 27));
    if (!isBinary) return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Told below.
  }
  throw new GessoError(
    'input/unreadable',
    `${name} is no text in UTF-8.`,
    'Choose a text, or save it as UTF-8.',
  );
}

/** `a_red-barn_01.jpg`: a red barn 01 */
function titleOf(file: string): string {
  return path.parse(file).name.replace(/[_-]+/g, ' ');
}

/** Of each row of a CSV file (RFC 4180) the cell with the most letters: the caption. */
export function captionsOf(text: string): string[] {
  const captions: string[] = [];
  let [cells, cell, isQuoted] = [[] as string[], '', false];
  const endRow = () => {
    cells.push(cell);
    const best = cells.reduce((most, each) => (lettersOf(each) > lettersOf(most) ? each : most));
    if (lettersOf(best) > 0) captions.push(best);
    [cells, cell] = [[], ''];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[++at];
      else isQuoted = false;
    } else if (character === '"' && cell === '') isQuoted = true;
    else if (character === ',' || character === ';' || character === '\t') {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') endRow();
    else if (character !== '\r') cell += character;
  }
  endRow();
  return captions;
}

const lettersOf = (text: string) => text.match(/\p{L}/gu)?.length ?? 0;
