import type { LearnStep } from '../../../../../contract/learn-step.ts';
import { GraphBuilder } from '../../../../../models/graph/builder.ts';
import { rateAt, ratesOf } from '../../../../../models/graph/gradient/training-step.ts';
import { FlatWeights, startVector } from '../../../../../models/graph/gradient/weights.ts';
import { type WordsShape, wordsStep, wordsView } from '../../../../../models/learning/words.ts';
import type { Lesson } from '../../../learning/lesson.ts';
import type { Given } from '../../../learning/open-graph.ts';
import type { Trainer } from '../../../learning/trainer.ts';
import { Random } from '../../../random.ts';
import { LINE_END } from './alphabet.ts';

/** Windows of text a step. */
const BATCH = 32;
const PEAK = { lstm: 4e-3, transformer: 2e-3 } as const;
const WARM = 50;
/** From so many characters on, attention has enough to learn from. */
const MUCH_TEXT = 200_000;
/** Symbols of what is held out that are looked at while it learns, and at the end. */
const LOOKED_AT = 6_000;
export const MEASURED = 40_000;

/** @param characters of what is learnt @param symbols of the alphabet */
export function wordsShapeOf(characters: number, symbols: number): WordsShape {
  return characters < MUCH_TEXT
    ? { model: 'lstm', symbols, context: 48, width: 32, layers: 1 }
    : { model: 'transformer', symbols, context: 64, width: 96, layers: 2 };
}

/**
 * Windows for a step, [count, length]: half of them begin with a line, the others anywhere. By the seed and step alone.
 * @param starts where lines' ends are in the stream, the last left out
 */
export function drawnWindows(
  stream: Int32Array,
  starts: readonly number[],
  { seed, step, count, length }: { seed: number; step: number; count: number; length: number },
): Given {
  const random = new Random(seed, step);
  const floats = new Float32Array(count * length).fill(LINE_END);
  for (let at = 0; at < count; at++) {
    const isLine = random.unit() < 0.5;
    const from = isLine ? random.pick(starts) : random.below(Math.max(1, stream.length - length + 1));
    // Where the text ends it goes on from its beginning: there, too, a line has just ended.
    for (let place = 0; place < length; place++)
      floats[at * length + place] = stream[from + place] ?? stream[(from + place + 1) % stream.length]!;
  }
  return { floats, dims: [count, length] };
}

/** The mean of -log p of every symbol but the first, by the network in `look`; windows follow each other. */
export async function surpriseOf(
  stream: Int32Array,
  shape: WordsShape,
  look: (ids: Given) => Promise<Float32Array>,
): Promise<number> {
  const { context, symbols } = shape;
  let [sum, told] = [0, 0];
  for (let from = 0; from < stream.length - 1; from += BATCH * context) {
    const floats = new Float32Array(BATCH * context).fill(LINE_END);
    const most = Math.min(floats.length, stream.length - 1 - from);
    for (let at = 0; at < most; at++) floats[at] = stream[from + at]!;
    const logs = await look({ floats, dims: [BATCH, context] });
    for (let at = 0; at < most; at++) sum -= logs[at * symbols + stream[from + at + 1]!]!;
    told += most;
  }
  return sum / Math.max(1, told);
}

export const lookAt = (trainer: Trainer) => async (ids: Given) =>
  (await trainer.look('view', { ids }, { parameters: 'words/parameters' })).logs!;

/** Learns how lines go on. @param held a stream of what is held out */
export function wordsLesson(
  { seed }: LearnStep,
  shape: WordsShape,
  characters: readonly string[],
  stream: Int32Array,
  held: Int32Array,
): Lesson {
  const step = wordsStep(shape, BATCH);
  const random = new Random(seed, 0);
  const starts = [...stream.keys()].filter((at) => stream[at] === LINE_END && at < stream.length - 1);
  const looked = held.subarray(0, LOOKED_AT);
  return {
    subject: JSON.stringify(['words', shape, characters.join('')]),
    pupils: { words: { step, start: startVector(step.layout, () => random.unit()) } },
    lookers: { view: viewGraph(shape) },
    usualSteps: shape.model === 'lstm' ? 2000 : 4000,
    async step(trainer, { step: number, done }) {
      const rates = ratesOf(number, rateAt(number, done, PEAK[shape.model], WARM));
      const ids = drawnWindows(stream, starts, {
        seed,
        step: number,
        count: BATCH,
        length: shape.context + 1,
      });
      return (await trainer.step('words', rates, { ids })).loss!;
    },
    ...(looked.length > 1 && { heldOut: (trainer: Trainer) => surpriseOf(looked, shape, lookAt(trainer)) }),
  };
}

function viewGraph(shape: WordsShape) {
  const b = new GraphBuilder('words-view');
  const weights = new FlatWeights(b, 'parameters');
  const graph = wordsView(b, weights, shape, BATCH);
  weights.declare();
  return graph;
}
