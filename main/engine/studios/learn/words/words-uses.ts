import { z } from 'zod';
import { GraphBuilder } from '../../../../../models/graph/builder.ts';
import type { Graph } from '../../../../../models/graph/graph.ts';
import { countOf } from '../../../../../models/graph/values.ts';
import { memoryOf, type WordsShape, wordsNext } from '../../../../../models/learning/words.ts';
import type { Given, OpenGraph } from '../../../learning/open-graph.ts';

import { Random } from '../../../random.ts';
import { withKeptGraph } from '../kept-graph.ts';
import { learntWeights, nothingWritten, type Use, type UseJob } from '../learn-use.ts';
import { Alphabet, LINE_END, OTHER } from './alphabet.ts';

const wordsShape = z.object({
  model: z.enum(['lstm', 'transformer']),
  symbols: z.number(),
  context: z.number(),
  width: z.number(),
  layers: z.number(),
  characters: z.array(z.string()),
});

const SUGGESTED = 5;
const MOST_SUGGESTED = 50;
/** Lines that are written at a time, for each that is asked for: many become the same. */
const TRIED = 2;
/** Characters that a suggestion adds at most. */
const LONGEST = 40;
/**
 * Below 1 the likely becomes likelier; drafts take these in turn. Never the likeliest character every time: that ends
 * in circles, and all of it looks likely.
 */
const TEMPERATURES = [0.5, 0.8, 0.65];

/** A line as it is written. */
interface Draft {
  text: string;
  /** Sum of log p of what was written, its end among it. */
  logs: number;
  written: number;
  isDone: boolean;
}

/** Goes on with a text to the end of its line, several ways: the likeliest first, and how likely a character was. */
const suggest: Use = async (job, context) => {
  const { characters, ...shape } = wordsShape.parse(job.learnt.model.shape);
  const alphabet = new Alphabet(characters);
  const wanted = Math.min(job.count ?? SUGGESTED, MOST_SUGGESTED);
  const batch = Math.max(8, TRIED * wanted);
  // Only the last line: what is before it has ended.
  const text = (job.inputs[0] ?? '')
    .split(/\r\n|\r|\n/)
    .at(-1)!
    .normalize('NFC');
  const { id, installedAt } = job.learnt.model;
  const drafts = await withKeptGraph(
    // Its products are small: one thread is done before a second has woken up.
    { key: JSON.stringify([id, installedAt, batch]), threads: 1 },
    context.sessions,
    () => nextGraph(job, shape, batch),
    (open) => write(open, shape, alphabet, text, { batch, seed: job.seed, checkpoint: context.checkpoint }),
  );
  const unknown = [...new Set([...text].filter((character) => alphabet.idsOf(character)[0] === OTHER))];
  const found = bestOf(drafts, wanted).map(({ text: added, score }) => ({ what: text + added, score }));
  const notes = unknown.length
    ? [`It was not learnt from a text with ${unknown.join(' ')}: what comes behind is guessed without.`]
    : [];
  return { ...nothingWritten, found, notes };
};

async function nextGraph(job: UseJob, shape: WordsShape, batch: number): Promise<Graph> {
  const b = new GraphBuilder('words-next');
  return wordsNext(b, (await learntWeights(job, 'words'))(b), shape, batch);
}

/** Different ones, the likeliest first; those that add nothing only where there is nothing else. */
export function bestOf(drafts: readonly Draft[], wanted: number): { text: string; score: number }[] {
  const scores = new Map<string, number>();
  for (const { text, logs, written, isDone } of drafts) {
    // What did not come to its end in time ends with a whole word.
    const added = (isDone ? text : text.replace(/(?<=\S)\s+\S*$/u, '')).trimEnd();
    const score = Math.round(1000 * Math.exp(logs / Math.max(1, written))) / 1000;
    if (score > (scores.get(added) ?? -1)) scores.set(added, score);
  }
  const sorted = [...scores]
    .map(([text, score]) => ({ text, score }))
    .sort((a, c) => c.score - a.score || (a.text < c.text ? -1 : 1));
  const more = sorted.filter(({ text }) => text !== '');
  return (more.length ? more : sorted).slice(0, wanted);
}

async function write(
  open: OpenGraph,
  shape: WordsShape,
  alphabet: Alphabet,
  text: string,
  { batch, seed, checkpoint }: { batch: number; seed: number; checkpoint: () => void },
): Promise<Draft[]> {
  // What was learnt in windows is not asked for more than one of them.
  const room = shape.context - 1;
  const longest = Math.min(LONGEST, Math.max(8, room - [...text].length - 1));
  const given = [LINE_END, ...alphabet.idsOf(text)].slice(-(shape.context - longest));
  const drafts = Array.from({ length: batch }, () => ({ text: '', logs: 0, written: 0, isDone: false }));
  const randoms = drafts.map((_, at) => new Random(seed, at));
  let memory: Record<string, Given> = Object.fromEntries(
    Object.entries(memoryOf(shape, batch)).map(([name, dims]) => [
      name,
      { floats: new Float32Array(countOf(dims)), dims },
    ]),
  );
  let ids = Array<number>(batch).fill(given[0]!);
  for (let at = 0; at < given.length + longest - 1 && at < shape.context; at++) {
    checkpoint();
    const made = await open.run({
      id: { floats: Float32Array.from(ids), dims: [batch] },
      ...memory,
      ...placeOf(shape, at),
    });
    memory = Object.fromEntries(
      Object.entries(memory).map(([name, { dims }]) => [name, { floats: made[`${name}_next`]!, dims }]),
    );
    const next = given[at + 1];
    if (next !== undefined) {
      ids = ids.fill(next);
      continue;
    }
    ids = drafts.map((draft, index) => {
      if (draft.isDone) return LINE_END;
      const logs = made.logs!.subarray(index * shape.symbols, (index + 1) * shape.symbols);
      const id = pick(logs, TEMPERATURES[index % TEMPERATURES.length]!, randoms[index]!);
      draft.logs += logs[id]!;
      draft.written += 1;
      draft.isDone = id === LINE_END;
      draft.text += alphabet.characterOf(id);
      return id;
    });
    if (drafts.every(({ isDone }) => isDone)) break;
  }
  return drafts;
}

/** Where a symbol is, as the transformer is told it. */
function placeOf({ model, context }: WordsShape, at: number): Record<string, Given> {
  if (model === 'lstm') return {};
  const here = new Float32Array(context);
  here[at] = 1;
  const hidden = new Float32Array(context).fill(-1e9, at + 1);
  return { at: { floats: here, dims: [context] }, hidden: { floats: hidden, dims: [context] } };
}

/**
 * Draws a symbol; never the one for other characters.
 * @param logs of the chances @param temperature above 0
 */
export function pick(logs: Float32Array, temperature: number, random: Random): number {
  const allowed = logs.map((log, id) => (id === OTHER ? Number.NEGATIVE_INFINITY : log));
  const most = allowed.reduce((a, c) => Math.max(a, c));
  const chances = allowed.map((log) => Math.exp((log - most) / temperature));
  let left = random.unit() * chances.reduce((a, c) => a + c, 0);
  for (const [id, chance] of chances.entries()) {
    left -= chance;
    if (left < 0 && chance > 0) return id;
  }
  return allowed.indexOf(most);
}

export const WORDS_USES = { suggest };
