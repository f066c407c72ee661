import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readTokenizer } from '../../main/engine/studios/generate/read-tokenizer.ts';
import { makeTokenizer } from '../../main/engine/studios/generate/tokenizer.ts';
import { vocabularyFromMerges } from '../../models/formats/clip-vocabulary.ts';

/** Ids that Hugging Face's tokenizers gave, beside the repository. */
const EXPECTED = process.env.GESSO_REFERENCE ?? path.resolve(import.meta.dirname, '../../../shared/expected');
const FOLDER = path.join(EXPECTED, 'diffusion');
const MANIFEST = path.join(FOLDER, 'manifest.json');
/** OpenAI's list of merges, from open_clip_torch's wheel: open_clip/bpe_simple_vocab_16e6.txt.gz. */
const MERGES = process.env.GESSO_CLIP_MERGES ?? '';

interface Manifest {
  readonly texts: readonly { readonly text: string; readonly untruncated_ids: readonly number[] | null }[];
  readonly real_clip: {
    readonly texts: readonly { readonly text: string; readonly ids: readonly number[] }[];
    readonly vocab_size: number;
  };
}

const manifest: Manifest | undefined = existsSync(MANIFEST)
  ? JSON.parse(readFileSync(MANIFEST, 'utf8'))
  : undefined;
/** Longer texts were cut off there. */
const LONGEST = 77;

if (!manifest) test(`tokens of a tiny model, of ${MANIFEST}`, ({ skip }) => skip('it is not there'));

describe.runIf(manifest)('a tiny model’s tokenizer', () => {
  const texts = manifest?.texts.filter(({ untruncated_ids: ids }) => ids !== null) ?? [];

  test.for(texts)('gives what Hugging Face’s gives for $text', async ({ text, untruncated_ids: ids }) => {
    const tokenizer = await readTokenizer(path.join(FOLDER, 'tiny-sd/tokenizer'));
    expect([tokenizer.bos, ...tokenizer.encode(text), tokenizer.eos]).toEqual(ids);
  });

  test('of SDXL’s second encoder fills up with an exclamation mark', async () => {
    expect((await readTokenizer(path.join(FOLDER, 'tiny-sdxl/tokenizer_2'))).pad).toBe(0);
  });
});

/** What transformers.js' and diffusers.js' own tests have of CLIP's tokenizer (Apache-2.0). */
const PUBLISHED: readonly { text: string; ids: readonly number[] }[] = [
  { text: 'How are you doing?', ids: [49406, 829, 631, 592, 1960, 286, 49407] },
  { text: "You should've done this", ids: [49406, 592, 1535, 1200, 1700, 589, 49407] },
  {
    text: 'The company was founded in 2016.',
    ids: [49406, 518, 2634, 739, 12240, 530, 273, 271, 272, 277, 269, 49407],
  },
  {
    text: "A\n'll !!to?'d''d of, can't.",
    ids: [49406, 320, 1342, 748, 531, 13610, 323, 8445, 323, 539, 267, 753, 713, 269, 49407],
  },
  { text: 'hello world', ids: [49406, 3306, 1002, 49407] },
  { text: 'An astronaut riding a horse', ids: [49406, 550, 18376, 6765, 320, 4558, 49407] },
];

if (!existsSync(MERGES))
  test('CLIP’s own vocabulary, of the file that GESSO_CLIP_MERGES names', ({ skip }) =>
    skip('it is not there'));

describe.runIf(existsSync(MERGES))('CLIP’s own vocabulary', () => {
  const read = () => vocabularyFromMerges(gunzipSync(readFileSync(MERGES)).toString('utf8'));

  test('has 49408 tokens', () => {
    expect(new Set(Object.values(read().vocabulary)).size).toBe(49408);
  });

  test('gives what Hugging Face’s gives', () => {
    const tokenizer = makeTokenizer(read());
    for (const { text, ids } of [...PUBLISHED, ...(manifest?.real_clip.texts ?? [])]) {
      const found = [tokenizer.bos, ...tokenizer.encode(text), tokenizer.eos];
      const cut = ids.length === LONGEST ? [...found.slice(0, LONGEST - 1), tokenizer.eos] : found;
      expect(cut, text).toEqual(ids);
    }
  });
});
