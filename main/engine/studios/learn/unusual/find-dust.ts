import { GraphBuilder } from '../../../../../models/graph/builder.ts';
import { rateAt, ratesOf } from '../../../../../models/graph/gradient/training-step.ts';
import { FlatWeights } from '../../../../../models/graph/gradient/weights.ts';
import { dustFinder, dustFinderStart, dustFinderStep } from '../../../../../models/learning/dust-finder.ts';
import type { SessionThread } from '../../../inference/sessions.ts';
import { Trainer } from '../../../learning/trainer.ts';
import { Random } from '../../../random.ts';
import type { Planes } from '../noisy-picture.ts';
import { overlayDust } from './overlay-dust.ts';

/** Crops a step, pixels of their sides, and steps where nobody says how many. */
const BATCH = 8;
const SIDE = 64;
export const USUAL_STEPS = 1200;
const PEAK = 4e-3;
/** At these shares of the steps it looks at the whole picture, and from then on leaves out what looks like dust. */
const LOOKS = [0.5, 0.75];
/** From this on something looks like dust that has been learnt as none so far; and what is dust at the end. 0..1 */
const SUSPICIOUS = 0.3;
export const DUST = 0.55;
/** A piece that is looked at in one run, with what is only seen around the pixels that count. */
const PIECE = 320;
const AROUND = 32;
/** How the bar is shared out: each look takes so much of it. */
const LOOK = 0.02;

interface DustContext {
  readonly sessions: SessionThread;
  readonly steps: number;
  checkpoint(): void;
  /** 0..1 */
  progress(fraction: number): void;
}

/**
 * How likely dust lies on each pixel, 0..1, told by a network that learns from the picture itself what dust would look
 * like on it: dust of chance is drawn over it, and all else is none. What lies on it already is learnt as none as well,
 * which it contradicts by its looks; halfway through, what looks like dust is left out.
 */
export async function findDust(planes: Planes, seed: number, context: DustContext): Promise<Float32Array> {
  const step = dustFinderStep(BATCH, SIDE);
  const random = new Random(seed, 0);
  const start = dustFinderStart(step.layout, () => random.unit());
  const trainer = await Trainer.open(
    { finder: { step, start } },
    { piece: pieceGraph() },
    { sessions: context.sessions, device: 'cpu' },
  );
  try {
    const { steps } = context;
    const looks = LOOKS.map((share) => Math.round(share * steps));
    const learning = 1 - LOOK * (looks.length + 1);
    let suspicious: Float32Array | undefined;
    for (let number = 1; number <= steps; number++) {
      context.checkpoint();
      const crops = dustyCrops(planes, suspicious, new Random(seed, number));
      await trainer.step('finder', ratesOf(number, rateAt(number, number / steps, PEAK)), crops);
      if (looks.includes(number)) suspicious = await lookAtAll(trainer, planes, context);
      context.progress((learning * number) / steps + LOOK * looks.filter((at) => at <= number).length);
    }
    const found = await lookAtAll(trainer, planes, context);
    context.progress(1);
    return found;
  } finally {
    await trainer.close();
  }
}

/** Crops of chance, turned and mirrored, with dust drawn over them. */
function dustyCrops(planes: Planes, suspicious: Float32Array | undefined, random: Random) {
  const area = SIDE * SIDE;
  const x = new Float32Array(BATCH * 3 * area);
  const drawn = new Float32Array(BATCH * area);
  const heard = new Float32Array(BATCH * area).fill(1);
  for (let at = 0; at < BATCH; at++) {
    const left = random.below(Math.max(1, planes.width - SIDE + 1));
    const top = random.below(Math.max(1, planes.height - SIDE + 1));
    const turn = random.below(8);
    const piece = { width: SIDE, height: SIDE, planes: x.subarray(at * 3 * area, (at + 1) * 3 * area) };
    for (let place = 0; place < area; place++) {
      let [right, down] = [place % SIDE, Math.floor(place / SIDE)];
      if (turn & 1) right = SIDE - 1 - right;
      if (turn & 2) down = SIDE - 1 - down;
      if (turn & 4) [right, down] = [down, right];
      for (let c = 0; c < 3; c++) piece.planes[c * area + place] = planes.at(c, left + right, top + down);
      const isInside = left + right < planes.width && top + down < planes.height;
      if (suspicious && isInside && suspicious[(top + down) * planes.width + left + right]! > SUSPICIOUS)
        heard[at * area + place] = 0;
    }
    for (const [place, isDust] of overlayDust(piece, random).entries()) {
      if (!isDust) continue;
      drawn[at * area + place] = 1;
      heard[at * area + place] = 1;
    }
  }
  for (let at = 0; at < x.length; at++) x[at]! -= 0.5;
  const dims = [BATCH, 1, SIDE, SIDE];
  return {
    x: { floats: x, dims: [BATCH, 3, SIDE, SIDE] },
    drawn: { floats: drawn, dims },
    heard: { floats: heard, dims },
  };
}

/** The whole picture, piece by piece. */
async function lookAtAll(trainer: Trainer, planes: Planes, context: DustContext): Promise<Float32Array> {
  const { width, height } = planes;
  const found = new Float32Array(width * height);
  const core = PIECE - 2 * AROUND;
  const area = PIECE * PIECE;
  const x = new Float32Array(3 * area);
  for (let top = 0; top < height; top += core)
    for (let left = 0; left < width; left += core) {
      context.checkpoint();
      for (let c = 0; c < 3; c++)
        for (let place = 0; place < area; place++) {
          const [right, down] = [place % PIECE, Math.floor(place / PIECE)];
          x[c * area + place] = planes.at(c, left + right - AROUND, top + down - AROUND) - 0.5;
        }
      const { output } = await trainer.look(
        'piece',
        { x: { floats: x, dims: [1, 3, PIECE, PIECE] } },
        { parameters: 'finder/average' },
      );
      for (let y = top; y < Math.min(height, top + core); y++) {
        const from = (y - top + AROUND) * PIECE + AROUND;
        found.set(output!.subarray(from, from + Math.min(core, width - left)), y * width + left);
      }
    }
  return found;
}

/** `x` [1, 3, PIECE, PIECE] -> `output` [1, 1, PIECE, PIECE], 0..1. */
function pieceGraph() {
  const b = new GraphBuilder('dust-piece');
  const weights = new FlatWeights(b, 'parameters');
  const logit = dustFinder(b, weights, b.extraInput('x', [1, 3, PIECE, PIECE]));
  weights.declare();
  b.extraOutput(b.sigmoid(logit), 'output', [1, 1, PIECE, PIECE]);
  return b.graph;
}
