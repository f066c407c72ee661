import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { GessoError } from '../../../../contract/errors.ts';
import { makeTokenizer, type Tokenizer } from './tokenizer.ts';

/** CLIP's have 1 MB; what is far larger is no tokenizer. */
const MOST_BYTES = 32 * 2 ** 20;

const vocabulary = z.record(z.string(), z.int().min(0));
const token = z.union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)]);
const specialTokens = z.object({
  bos_token: token.nullish(),
  eos_token: token.nullish(),
  pad_token: token.nullish(),
});

/**
 * Reads the tokenizer of a model's folder: vocab.json, merges.txt and, where they are there,
 * special_tokens_map.json and tokenizer_config.json, of which the first is believed.
 * @throws GessoError model/missing, model/broken
 */
export async function readTokenizer(folder: string): Promise<Tokenizer> {
  const file = (name: string) => path.join(folder, name);
  const vocabularyFile = file('vocab.json');
  const ids = parsed(vocabulary, await textOf(vocabularyFile), vocabularyFile);
  const merges = (await textOf(file('merges.txt'))).split(/\r?\n/).filter(isMerge);
  const config = await optionalTokens(file('tokenizer_config.json'));
  const map = await optionalTokens(file('special_tokens_map.json'));

  const bos = map.bos_token ?? config.bos_token ?? '<|startoftext|>';
  const eos = map.eos_token ?? config.eos_token ?? '<|endoftext|>';
  const pad = map.pad_token ?? config.pad_token ?? eos;
  for (const special of [bos, eos, pad])
    if (!Object.hasOwn(ids, special)) throw broken(vocabularyFile, `it has no token ${special}`);
  return makeTokenizer({ vocabulary: ids, merges, bos, eos, pad });
}

function isMerge(line: string): boolean {
  return line !== '' && !line.startsWith('#version');
}

async function optionalTokens(file: string): Promise<z.infer<typeof specialTokens>> {
  const there = await stat(file).catch(() => undefined);
  return there ? parsed(specialTokens, await textOf(file), file) : {};
}

function parsed<T>(schema: z.ZodType<T>, text: string, file: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw broken(file, 'it is not what a tokenizer has there', error);
  }
}

async function textOf(file: string): Promise<string> {
  const { size } = await stat(file).catch((error: unknown) => {
    throw new GessoError(
      'model/missing',
      `The tokenizer’s file ${file} is missing.`,
      'Install the model again.',
      error,
    );
  });
  if (size > MOST_BYTES) throw broken(file, `it has ${size} bytes`);
  return await readFile(file, 'utf8').catch((error: unknown) => {
    throw broken(file, 'it cannot be read', error);
  });
}

function broken(file: string, why: string, cause?: unknown): GessoError {
  return new GessoError(
    'model/broken',
    `The tokenizer’s file ${file} is damaged: ${why}.`,
    'Install the model again.',
    cause,
  );
}
