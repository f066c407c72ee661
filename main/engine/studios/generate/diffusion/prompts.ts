import type { DiffusionStep } from '../../../../../contract/diffusion-step.ts';
import { chunkPrompt, parsePrompt, scaleByWeights } from '../prompt.ts';
import { readTokenizer } from '../read-tokenizer.ts';
import { readPrompt, zeros } from './conditions.ts';
import type { BundleNetworks, Condition } from './networks.ts';
import { readEmbedding, TaughtTokenizer } from './words.ts';

export interface Conditions {
  readonly positive: Condition;
  readonly negative?: Condition | undefined;
  readonly notes: readonly string[];
}

/** Numbers of taught words begin past every vocabulary. */
const TAUGHT = 10_000_000;

/**
 * Prompt and negative prompt as the U-Net reads them: with weights, in chunks of 75 tokens, the shorter of the two
 * filled up with empty chunks.
 * @throws GessoError naming a textual inversion that does not fit
 */
export async function readConditions(
  networks: BundleNetworks,
  step: Pick<DiffusionStep, 'prompt' | 'negative' | 'guidance' | 'clipSkip' | 'embeddings'>,
): Promise<Conditions> {
  const taught = [];
  for (const file of step.embeddings) taught.push(...(await readEmbedding(file, networks)));
  const tokenizers: TaughtTokenizer[] = [];
  for (const index of networks.bundle.texts.keys()) {
    const plain = await readTokenizer(networks.tokenizerFolder(index));
    tokenizers.push(new TaughtTokenizer(plain, taught, index, TAUGHT));
  }
  const isGuided = step.guidance > 1;
  const isEmpty = step.negative.trim() === '';
  const cut = (text: string) => tokenizers.map((tokenizer) => chunkPrompt(parsePrompt(text), tokenizer));
  const [wanted, unwanted] = [cut(step.prompt), cut(step.negative)];
  const chunks = Math.max(...[...wanted, ...(isGuided ? unwanted : [])].map((list) => list.length));
  const read = (lists: typeof wanted, text: string) => {
    const filled = lists.map((list, index) => [
      ...list,
      ...Array.from({ length: chunks - list.length }, () => chunkPrompt([], tokenizers[index]!)[0]!),
    ]);
    const key = JSON.stringify([text, chunks, step.clipSkip, step.embeddings]);
    return remembered(networks.read, key, () =>
      readPrompt(
        networks,
        {
          runs: filled.map((list, index) => list.map(({ ids }) => tokenizers[index]!.run(ids))),
          weights: filled.map((list) => list.map(({ weights }) => weights)),
        },
        step.clipSkip,
        scaleByWeights,
      ),
    );
  };
  const positive = await read(wanted, step.prompt);
  const notes =
    chunks > 1 ? [`The prompt is longer than one read of the text encoder: ${chunks} chunks of 75.`] : [];
  if (!isGuided) return { positive, notes };
  if (isEmpty && networks.bundle.zerosForEmpty) return { positive, negative: zeros(positive), notes };
  return { positive, negative: await read(unwanted, step.negative), notes };
}

const MOST_REMEMBERED = 16;

function remembered<T>(map: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = map.get(key);
  if (known) return known;
  const made = make();
  map.set(key, made);
  made.catch(() => map.delete(key));
  const [oldest] = map.keys();
  if (map.size > MOST_REMEMBERED && oldest !== undefined) map.delete(oldest);
  return made;
}
