import path from 'node:path';
import { GessoError } from '../../../../../contract/errors.ts';
import type { StoredTensor } from '../../../../../models/formats/checkpoint.ts';
import { openCheckpoint } from '../../../../../models/formats/open.ts';
import type { BundleNetworks, TextRun } from './networks.ts';

/** A word that a textual inversion teaches (Gal et al., arXiv:2208.01618): some vectors for each text encoder. */
export interface TaughtWord {
  readonly word: string;
  /** [encoder][vector] */
  readonly vectors: readonly (readonly Float32Array[])[];
}

/**
 * Reads a textual inversion. Its word is the file's name, and the one inside where the file says one.
 * @throws GessoError model/unknown-architecture, naming the base that it is for where that can be told
 */
export async function readEmbedding(file: string, networks: BundleNetworks): Promise<TaughtWord[]> {
  const { texts, name: model, imported } = networks.bundle;
  if (imported.format === 'onnx')
    throw new GessoError(
      'recipe/invalid',
      `${model} is made of ONNX files, which take no taught words.`,
      'Import the same model as a diffusers folder or a .safetensors file.',
    );
  const checkpoint = await openCheckpoint(file);
  try {
    const tensors = new Map([...checkpoint.groups.values()].flatMap((group) => [...group]));
    const lists = texts.map((_, index) => tensorFor(tensors, index, texts.length));
    const vectors = lists.map((tensor, index) => rowsOf(tensor, texts[index]!.width, file, model));
    const counts = new Set(vectors.map((list) => list.length));
    if (counts.size !== 1) throw unfit(file, model);
    const inside = [...tensors.keys()].find((name) => /^<.+>$/.test(name));
    const words = [path.parse(file).name, ...(inside ? [inside] : [])];
    return words.map((word) => ({ word, vectors }));
  } finally {
    checkpoint.close();
  }
}

/** By the names that trainers give them; a file with one tensor alone needs none. */
function tensorFor(
  tensors: ReadonlyMap<string, StoredTensor>,
  index: number,
  encoders: number,
): StoredTensor | undefined {
  if (encoders > 1) return tensors.get(index === 0 ? 'clip_l' : 'clip_g');
  const named = tensors.get('emb_params') ?? tensors.get('*') ?? tensors.get('string_to_param.*');
  const [only] = tensors.values();
  return named ?? (tensors.size === 1 ? only : undefined);
}

function rowsOf(
  tensor: StoredTensor | undefined,
  width: number,
  file: string,
  model: string,
): Float32Array[] {
  if (!tensor) throw unfit(file, model);
  const [rows, columns] = tensor.dims.length === 1 ? [1, tensor.dims[0]] : tensor.dims;
  if (tensor.dims.length > 2 || columns !== width || !rows || rows > 75) throw unfit(file, model);
  const values = tensor.floats();
  return Array.from({ length: rows }, (_, row) => values.slice(row * width, (row + 1) * width));
}

function unfit(file: string, model: string): GessoError {
  return new GessoError(
    'model/unknown-architecture',
    `${file} is no textual inversion for ${model}: it has no vectors of the size of its text encoder.`,
    'Use one that was made for the same family of models.',
  );
}

interface Encoder {
  encode(text: string): number[];
}

/**
 * A tokenizer that knows taught words besides: each becomes as many numbers past the vocabulary as it has vectors.
 * @param vocabulary the number from which on tokens are vectors of taught words
 */
export class TaughtTokenizer implements Encoder {
  readonly #words: readonly { word: string; first: number; count: number }[];
  readonly #pattern: RegExp | undefined;
  readonly #vectors: Float32Array[] = [];

  constructor(
    private readonly plain: Encoder & { readonly bos: number; readonly eos: number; readonly pad: number },
    words: readonly TaughtWord[],
    encoder: number,
    private readonly vocabulary: number,
  ) {
    this.#words = words.map(({ word, vectors }) => {
      const first = vocabulary + this.#vectors.length;
      this.#vectors.push(...(vectors[encoder] ?? []));
      return { word: word.toLowerCase(), first, count: vectors[encoder]?.length ?? 0 };
    });
    const longestFirst = this.#words.map(({ word }) => word).toSorted((a, b) => b.length - a.length);
    if (longestFirst.length > 0)
      this.#pattern = new RegExp(
        `(?<![\\p{L}\\p{N}])(${longestFirst.map(escaped).join('|')})(?![\\p{L}\\p{N}])`,
        'giu',
      );
  }

  get bos(): number {
    return this.plain.bos;
  }

  get eos(): number {
    return this.plain.eos;
  }

  get pad(): number {
    return this.plain.pad;
  }

  encode(text: string): number[] {
    if (!this.#pattern) return this.plain.encode(text);
    return text.split(this.#pattern).flatMap((piece) => {
      const taught = this.#words.find(({ word }) => word === piece.toLowerCase());
      if (!taught) return piece === '' ? [] : this.plain.encode(piece);
      return Array.from({ length: taught.count }, (_, at) => taught.first + at);
    });
  }

  /** Tokens as a text encoder takes them: taught words' vectors in place of their numbers. */
  run(ids: readonly number[]): TextRun {
    const replaced = new Map<number, Float32Array>();
    for (const [place, id] of ids.entries()) {
      const vector = this.#vectors[id - this.vocabulary];
      if (vector) replaced.set(place, vector);
    }
    const end = ids.indexOf(this.eos, 1);
    return {
      ids: ids.map((id) => (id >= this.vocabulary ? this.eos : id)),
      end: end < 0 ? ids.length - 1 : end,
      replaced,
    };
  }
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
