import { brokenModel } from '../errors.ts';

/**
 * ncnn's text graph, as `ParamDict::load_param` and `Net::load_param` of ncnn read it:
 *
 *     7767517
 *     <layers> <blobs>
 *     <type> <name> <inputs> <outputs> <input blobs...> <output blobs...> <key>=<value>...
 *
 * A key of -23300 - k holds an array for key k: `-23310=1,2.000000e-01` is key 10 with one element.
 */
export interface NcnnLayer {
  readonly type: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly params: ReadonlyMap<number, readonly number[]>;
}

export const NCNN_MAGIC = '7767517';
const MAX_LAYERS = 100_000;
const MAX_ARRAY = 65_536;

/** @throws GessoError model/broken, naming the file and the line */
export function parseNcnnParam(text: string, file: string): NcnnLayer[] {
  const lines = text.split(/\r?\n/);
  if (lines[0]?.trim() !== NCNN_MAGIC) throw brokenModel(file, `it does not begin with ${NCNN_MAGIC}`);
  const [layerCount = Number.NaN] = (lines[1] ?? '').trim().split(/\s+/).map(Number);
  if (!Number.isInteger(layerCount) || layerCount < 1 || layerCount > MAX_LAYERS) {
    throw brokenModel(file, 'line 2 has no sensible number of layers');
  }
  const layers: NcnnLayer[] = [];
  for (const [index, line] of lines.entries()) {
    if (index < 2 || line.trim() === '') continue;
    layers.push(parseLayer(line.trim().split(/\s+/), `${file}, line ${index + 1},`));
    if (layers.length > layerCount)
      throw brokenModel(file, `it has more than the ${layerCount} layers it claims`);
  }
  if (layers.length < layerCount) {
    throw brokenModel(file, `it ends after ${layers.length} of the ${layerCount} layers it claims`);
  }
  return layers;
}

function parseLayer(words: string[], where: string): NcnnLayer {
  const [type, name, inputText, outputText] = words;
  const inputCount = count(inputText);
  const outputCount = count(outputText);
  if (!type || !name || inputCount === undefined || outputCount === undefined) {
    throw brokenModel(where, 'the line is cut off');
  }
  const inputs = words.slice(4, 4 + inputCount);
  const outputs = words.slice(4 + inputCount, 4 + inputCount + outputCount);
  const blobs = [...inputs, ...outputs];
  if (blobs.length < inputCount + outputCount) throw brokenModel(where, 'the line names too few blobs');
  const params = new Map<number, readonly number[]>();
  for (const word of words.slice(4 + blobs.length)) {
    const [key, values] = parseParam(word, where);
    params.set(key, values);
  }
  return { type, name, inputs, outputs, params };
}

function parseParam(word: string, where: string): [number, number[]] {
  const match = /^(-?\d{1,6})=(\S+)$/.exec(word);
  const key = Number(match?.[1] ?? Number.NaN);
  const values = (match?.[2] ?? '').split(',').map((item) => (item === '' ? Number.NaN : Number(item)));
  if (!match || values.some((item) => !Number.isFinite(item)))
    throw brokenModel(where, `"${word}" is no parameter`);
  if (key >= 0) {
    if (values.length !== 1) throw brokenModel(where, `"${word}" has too many values`);
    return [key, values];
  }
  const arrayKey = -key - 23300;
  const [length, ...items] = values;
  if (arrayKey < 0 || arrayKey > 99 || length !== items.length || items.length > MAX_ARRAY) {
    throw brokenModel(where, `"${word}" is no array`);
  }
  return [arrayKey, items];
}

function count(text: string | undefined): number | undefined {
  return text && /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}
