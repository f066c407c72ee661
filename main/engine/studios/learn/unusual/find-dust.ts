import { GraphBuilder } from '../../../../../models/graph/builder.ts';
import { rateAt, ratesOf } from '../../../../../models/graph/gradient/training-step.ts';
import { FlatWeights, startVector } from '../../../../../models/graph/gradient/weights.ts';
import { dustFinder, dustFinderStep } from '../../../../../models/learning/dust-finder.ts';
import type { SessionThread } from '../../../inference/sessions.ts';
import { Trainer } from '../../../learning/trainer.ts';
import { Random } from '../../../random.ts';
import type { Planes } from '../noisy-picture.ts';
import { overlayDust } from './overlay-dust.ts';
import { REGION, type Region, regionsOf } from './regions.ts';
import { type Piece, surroundings } from './surroundings.ts';

/** Pieces of a picture that are looked at, pixels of a side, and what is only seen around them. */
const CORE = 512;
const MARGIN = 48;
/** Pieces that dust is drawn over; of large pictures some more. */
const DRAWN = 6;
const MOST_DRAWN = 16;
/** Regions a step, steps, and the share of them that is dust. */
const ROWS = 512;
const STEPS = 250;
const DUST = 0.4;
const PEAK = 5e-3;
/** Nothing is judged by who has learnt from it: blocks of so many pixels belong to one of so many folds. */
const BLOCK = 48;
const FOLDS = 4;
/** Learners whose judgements are averaged. */
const LEARNERS = 3;
/** From the second pass on nothing is learnt from what looks like dust, from this judgement on. */
const PASSES = 2;
const SUSPICIOUS = 0.7;
/** A region is dust where so much of it was drawn, and is none where so little was. */
const MOSTLY = 0.65;
const HARDLY = 0.1;

export interface DustContext {
  readonly sessions: SessionThread;
  checkpoint(): void;
  /** 0..1 */
  progress(fraction: number): void;
  /** What someone who knows such pictures misses of a piece, steps of 255 a pixel. */
  missed(piece: Piece): Promise<Float32Array>;
}

/** A region of the picture, with its pixels counted over all of it. */
interface Seen extends Pick<Region, 'numbers'> {
  readonly places: Int32Array;
  readonly fold: number;
}

/**
 * How likely dust lies on each pixel, 0..255. Regions that stand out are judged by networks that learn from the picture
 * itself what dust would look like on it: dust is drawn over it, and what else stands out is none.
 */
export async function findDust(planes: Planes, seed: number, context: DustContext): Promise<Uint8Array> {
  const own = await allRegions(planes, context);
  const { dust, others } = await drawnRegions(planes, seed, context);
  const map = new Uint8Array(planes.width * planes.height);
  if (!own.length || dust.length < FOLDS || others.length < FOLDS) return map;
  const step = dustFinderStep(ROWS, REGION);
  const random = new Random(seed, 0);
  const start = startVector(step.layout, () => random.unit());
  const trainer = await Trainer.open(
    { finder: { step, start } },
    { judge: judgeGraph() },
    { ...context, device: 'cpu' },
  );
  try {
    const all = PASSES * FOLDS * LEARNERS;
    let trained = 0;
    for (let pass = 0; pass < PASSES; pass++) {
      const judged = new Float32Array(own.length);
      for (let fold = 0; fold < FOLDS; fold++) {
        const good = others.filter((one) => one.fold !== fold && !(pass && isSuspicious(one, map)));
        const bad = dust.filter((one) => one.fold !== fold);
        const asked = own.flatMap((one, at) => (one.fold === fold ? [at] : []));
        if (!good.length || !bad.length) continue;
        for (let learner = 0; learner < LEARNERS; learner++) {
          await begin(trainer, step, seed, learner);
          await train(trainer, bad, good, new Random(seed, 1000 + trained), context);
          const scores = await judge(
            trainer,
            asked.map((at) => own[at]!),
          );
          for (const [index, at] of asked.entries()) judged[at]! += scores[index]! / LEARNERS;
          context.progress(0.6 + (0.4 * ++trained) / all);
        }
      }
      map.fill(0);
      for (const [at, { places }] of own.entries()) {
        const score = Math.round(255 * judged[at]!);
        for (const place of places) map[place] = Math.max(map[place]!, score);
      }
    }
    return map;
  } finally {
    await trainer.close();
  }
}

/** What stands out in the picture as it is. */
async function allRegions(planes: Planes, context: DustContext): Promise<Seen[]> {
  const [columns, rows] = [Math.ceil(planes.width / CORE), Math.ceil(planes.height / CORE)];
  const found: Seen[] = [];
  for (let at = 0; at < columns * rows; at++) {
    context.checkpoint();
    const [x, y] = [(at % columns) * CORE, Math.floor(at / columns) * CORE];
    const { left, top, piece } = pieceOf(planes, x, y);
    for (const region of regionsOf(piece, surroundings(piece, await context.missed(piece)))) {
      const [middleX, middleY] = [
        left + (region.middle % piece.width),
        top + Math.floor(region.middle / piece.width),
      ];
      // It belongs to the piece that its middle lies in.
      if (middleX < x || middleX >= x + CORE || middleY < y || middleY >= y + CORE) continue;
      found.push(seenIn(planes, piece, left, top, region));
    }
    context.progress((0.3 * (at + 1)) / (columns * rows));
  }
  return found;
}

/** What stands out where dust was drawn over the picture: the dust, and all else. */
async function drawnRegions(planes: Planes, seed: number, context: DustContext) {
  const cores = (planes.width * planes.height) / CORE ** 2;
  const count = Math.min(MOST_DRAWN, Math.max(DRAWN, Math.ceil(cores)));
  const [dust, others]: [Seen[], Seen[]] = [[], []];
  for (let number = 0; number < count; number++) {
    context.checkpoint();
    const random = new Random(seed, 1 + number);
    const { left, top, piece } = pieceOf(
      planes,
      random.below(Math.max(1, planes.width - CORE + 1)),
      random.below(Math.max(1, planes.height - CORE + 1)),
    );
    const drawn = grown(overlayDust(piece, random), piece.width);
    for (const region of regionsOf(piece, surroundings(piece, await context.missed(piece)))) {
      const share = region.places.reduce((sum, place) => sum + drawn[place]!, 0) / region.places.length;
      if (share > MOSTLY) dust.push(seenIn(planes, piece, left, top, region));
      else if (share < HARDLY) others.push(seenIn(planes, piece, left, top, region));
    }
    context.progress(0.3 + (0.3 * (number + 1)) / count);
  }
  return { dust, others };
}

function seenIn(planes: Planes, piece: Piece, left: number, top: number, region: Region): Seen {
  const over = (place: number) =>
    (top + Math.floor(place / piece.width)) * planes.width + left + (place % piece.width);
  const middle = over(region.middle);
  const column = Math.floor((middle % planes.width) / BLOCK);
  const row = Math.floor(middle / planes.width / BLOCK);
  return { numbers: region.numbers, places: region.places.map(over), fold: (column + 2 * row) % FOLDS };
}

function isSuspicious({ places }: Seen, map: Uint8Array): boolean {
  let hits = 0;
  for (const place of places) if (map[place]! > 255 * SUSPICIOUS) hits += 1;
  return hits > places.length / 2;
}

/** A core and its margin, as far as the picture goes. */
function pieceOf(planes: Planes, x: number, y: number): { left: number; top: number; piece: Piece } {
  const [left, top] = [Math.max(0, x - MARGIN), Math.max(0, y - MARGIN)];
  const width = Math.min(planes.width, x + CORE + MARGIN) - left;
  const height = Math.min(planes.height, y + CORE + MARGIN) - top;
  const area = width * height;
  const floats = new Float32Array(3 * area);
  for (let c = 0; c < 3; c++)
    for (let at = 0; at < area; at++)
      floats[c * area + at] = planes.at(c, left + (at % width), top + Math.floor(at / width));
  return { left, top, piece: { width, height, planes: floats } };
}

/** A mask with a pixel more all around. */
export function grown(mask: Uint8Array, width: number): Uint8Array {
  const height = mask.length / width;
  const out = new Uint8Array(mask.length);
  for (let at = 0; at < mask.length; at++) {
    if (!mask[at]) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++)
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++)
        out[ny * width + nx] = Math.max(out[ny * width + nx]!, mask[at]!);
  }
  return out;
}

/** Forgets what was learnt before. */
async function begin(
  trainer: Trainer,
  step: ReturnType<typeof dustFinderStep>,
  seed: number,
  learner: number,
): Promise<void> {
  const random = new Random(seed, 500 + learner);
  const vectors = new Map(
    step.state.map((name) => [
      `finder/${name}`,
      name === 'parameters' ? startVector(step.layout, () => random.unit()) : new Float32Array(step.count),
    ]),
  );
  await trainer.restore(vectors);
}

async function train(
  trainer: Trainer,
  dust: readonly Seen[],
  others: readonly Seen[],
  random: Random,
  context: DustContext,
): Promise<void> {
  for (let number = 1; number <= STEPS; number++) {
    context.checkpoint();
    const floats = new Float32Array(ROWS * REGION);
    const drawn = new Float32Array(ROWS);
    for (let row = 0; row < ROWS; row++) {
      drawn[row] = random.unit() < DUST ? 1 : 0;
      floats.set(random.pick(drawn[row] ? dust : others).numbers, row * REGION);
    }
    await trainer.step('finder', ratesOf(number, rateAt(number, number / STEPS, PEAK, 20)), {
      x: { floats, dims: [ROWS, REGION] },
      drawn: { floats: drawn, dims: [ROWS] },
    });
  }
}

/** How sure each of some regions is dust, 0..1. */
async function judge(trainer: Trainer, regions: readonly Seen[]): Promise<Float32Array> {
  const scores = new Float32Array(regions.length);
  for (let from = 0; from < regions.length; from += ROWS) {
    const floats = new Float32Array(ROWS * REGION);
    const some = regions.slice(from, from + ROWS);
    for (const [row, { numbers }] of some.entries()) floats.set(numbers, row * REGION);
    const { output } = await trainer.look(
      'judge',
      { x: { floats, dims: [ROWS, REGION] } },
      { parameters: 'finder/parameters' },
    );
    for (const row of some.keys()) scores[from + row] = output![2 * row + 1]!;
  }
  return scores;
}

function judgeGraph() {
  const b = new GraphBuilder('dust-judge');
  const weights = new FlatWeights(b, 'parameters');
  const shares = b.softmax(dustFinder(b, weights, b.extraInput('x', [ROWS, REGION]), REGION));
  weights.declare();
  b.node('Identity', [shares], {}, 'output');
  b.graph.outputs.push({ name: 'output', type: 'float32', dims: [ROWS, 2] });
  return b.graph;
}
