import { brokenModel } from '../errors.ts';
import { readLimited } from './bytes.ts';

/** MAXIM's largest has 28 MB and 710,000 marks; text of nothing but brackets would fill the memory many times over. */
const MAX_BYTES = 40 * 2 ** 20;
const MAX_MARKS = 1_000_000;

/** Reads a model.json. @throws GessoError model/missing, model/broken */
export async function readJsonText(file: string): Promise<string> {
  return (await readLimited(file, MAX_BYTES)).toString('utf8');
}

/**
 * Parses it, after a look at how many values there can be: each begins with a comma or a bracket.
 * @throws GessoError model/broken
 */
export function parseJson(text: string, file: string): unknown {
  let marks = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === LIST || code === RECORD) marks += 1;
  }
  if (marks > MAX_MARKS) throw brokenModel(file, 'it lists more values than any network has');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw brokenModel(file, 'it is not valid JSON', cause);
  }
}

const [COMMA, LIST, RECORD] = [',', '[', '{'].map((mark) => mark.charCodeAt(0));
