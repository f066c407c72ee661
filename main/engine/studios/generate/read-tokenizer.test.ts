import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readTokenizer } from './read-tokenizer.ts';

const VOCABULARY = { '!': 0, 'a</w>': 1, b: 2, 'ba</w>': 3, '<|startoftext|>': 4, '<|endoftext|>': 5 };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'gesso-tokenizer-'));
  await put('vocab.json', JSON.stringify(VOCABULARY));
  await put('merges.txt', '#version: 0.2\r\nb a</w>\r\n');
});

afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, text: string) => writeFile(path.join(folder, name), text);

test('a folder with vocabulary and merges has a tokenizer', async () => {
  const tokenizer = await readTokenizer(folder);
  expect(tokenizer.encode('Ba a')).toEqual([3, 1]);
  expect([tokenizer.bos, tokenizer.eos, tokenizer.pad]).toEqual([4, 5, 5]);
});

test('special tokens are texts or objects, and the map is believed before the configuration', async () => {
  await put('tokenizer_config.json', JSON.stringify({ pad_token: 'b', model_max_length: 77 }));
  expect((await readTokenizer(folder)).pad).toBe(2);
  await put('special_tokens_map.json', JSON.stringify({ pad_token: '!', eos_token: { content: 'a</w>' } }));
  const tokenizer = await readTokenizer(folder);
  expect([tokenizer.pad, tokenizer.eos]).toEqual([0, 1]);
});

test('what is missing or damaged is named', async () => {
  await put('special_tokens_map.json', JSON.stringify({ pad_token: '?' }));
  await expect(readTokenizer(folder)).rejects.toMatchObject({ code: 'model/broken' });
  await put('special_tokens_map.json', '{');
  await expect(readTokenizer(folder)).rejects.toMatchObject({
    code: 'model/broken',
    message: expect.stringContaining('special_tokens_map.json'),
  });
  await put('special_tokens_map.json', '{}');
  await put('vocab.json', JSON.stringify({ a: 'one' }));
  await expect(readTokenizer(folder)).rejects.toMatchObject({ code: 'model/broken' });
  await rm(path.join(folder, 'merges.txt'));
  await put('vocab.json', JSON.stringify(VOCABULARY));
  await expect(readTokenizer(folder)).rejects.toMatchObject({
    code: 'model/missing',
    message: expect.stringContaining('merges.txt'),
  });
});
