import { GraphBuilder } from '../../../../models/graph/builder.ts';
import { rateAt, ratesOf } from '../../../../models/graph/gradient/training-step.ts';
import { FlatWeights, startVector } from '../../../../models/graph/gradient/weights.ts';
import { blindSpot, blindSpotStep } from '../../../../models/learning/blind-spot.ts';
import type { Lesson } from '../../learning/lesson.ts';
import type { Trainer } from '../../learning/trainer.ts';
import type { RawPicture } from '../../media/raw-picture.ts';
import { Random } from '../../random.ts';
import { type Hiding, putHidden } from './hiding.ts';
import type { Planes } from './noisy-picture.ts';

/** Crops a step, and pixels of their sides. */
const BATCH = 4;
const SIDE = 64;
const PEAK = 2e-3;
/** Steps until the rate has its peak. */
const WARM = 20;
/** A piece that is denoised in one run, with what it only sees around the pixels that count. */
export const PIECE = 256;
export const AROUND = 32;

/**
 * Learns the noise of one picture from itself.
 * @param covered 1 where pixels are not of the picture (dust): nothing is learnt from them
 */
export function denoiseLesson(
  seed: number,
  planes: Planes,
  hiding: Hiding,
  covered: ((x: number, y: number) => boolean) | undefined,
): Lesson {
  const step = blindSpotStep(BATCH, SIDE);
  const random = new Random(seed, 0);
  return {
    subject: JSON.stringify(['denoise', hiding, planes.width, planes.height]),
    pupils: { network: { step, start: startVector(step.layout, () => random.unit()) } },
    lookers: { piece: pieceGraph() },
    usualSteps: 600,
    async step(trainer, { step: number, done }) {
      const area = SIDE * SIDE;
      const x = new Float32Array(BATCH * 3 * area);
      const noisy = new Float32Array(BATCH * 3 * area);
      const hidden = new Float32Array(BATCH * area);
      const draw = new Random(seed, number);
      for (let at = 0; at < BATCH; at++) {
        const left = draw.below(Math.max(1, planes.width - SIDE + 1));
        const top = draw.below(Math.max(1, planes.height - SIDE + 1));
        const phase = [draw.below(hiding.pitch), draw.below(hiding.pitch)] as const;
        const [mirrored, flipped] = [draw.unit() < 0.5, draw.unit() < 0.5];
        const piece = { left, top, width: SIDE, height: SIDE, mirrored, flipped };
        putHidden(planes, hiding, piece, phase, { x, noisy, hidden }, at);
        if (!covered) continue;
        for (let place = 0; place < area; place++) {
          const [column, row] = [place % SIDE, Math.floor(place / SIDE)];
          const seenX = left + (mirrored ? SIDE - 1 - column : column);
          const seenY = top + (flipped ? SIDE - 1 - row : row);
          if (covered(seenX, seenY)) hidden[at * area + place] = 0;
        }
      }
      const dims = [BATCH, 3, SIDE, SIDE];
      const { loss } = await trainer.step('network', ratesOf(number, rateAt(number, done, PEAK, WARM)), {
        x: { floats: x, dims },
        noisy: { floats: noisy, dims },
        hidden: { floats: hidden, dims: [BATCH, 1, SIDE, SIDE] },
      });
      return loss!;
    },
    sketch: (trainer) => sketch(trainer, planes, hiding),
  };
}

/** Four pieces at once: `x` [4, 3, PIECE, PIECE] -> `output`. */
function pieceGraph() {
  const b = new GraphBuilder('blind-spot-piece');
  const weights = new FlatWeights(b, 'parameters');
  const dims = [BATCH, 3, PIECE, PIECE];
  const made = blindSpot(b, weights, b.extraInput('x', dims));
  weights.declare();
  b.extraOutput(made, 'output', dims);
  return b.graph;
}

/**
 * What the network makes of a piece, each pixel told from those around it alone: as many runs as there are places in a
 * square of the grid, four at a time.
 * @returns [3, PIECE, PIECE]
 */
export async function denoisePiece(
  trainer: Trainer,
  planes: Planes,
  hiding: Hiding,
  left: number,
  top: number,
): Promise<Float32Array> {
  const area = PIECE * PIECE;
  const { pitch } = hiding;
  const made = new Float32Array(3 * area);
  const phases = Array.from(
    { length: pitch * pitch },
    (_, at) => [at % pitch, Math.floor(at / pitch)] as const,
  );
  for (let from = 0; from < phases.length; from += BATCH) {
    const some = phases.slice(from, from + BATCH);
    const x = new Float32Array(BATCH * 3 * area);
    for (const [at, phase] of some.entries())
      putHidden(planes, hiding, { left, top, width: PIECE, height: PIECE }, phase, { x }, at);
    const { output } = await trainer.look(
      'piece',
      { x: { floats: x, dims: [BATCH, 3, PIECE, PIECE] } },
      { parameters: 'network/parameters' },
    );
    for (const [at, [right, down]] of some.entries())
      for (let y = (pitch - down) % pitch; y < PIECE; y += pitch)
        for (let column = (pitch - right) % pitch; column < PIECE; column += pitch)
          for (let c = 0; c < 3; c++) {
            const place = c * area + y * PIECE + column;
            made[place] = output![at * 3 * area + place]!;
          }
  }
  return made;
}

/** The middle of the picture: as it is on the left, as it is told on the right. */
async function sketch(trainer: Trainer, planes: Planes, hiding: Hiding): Promise<RawPicture> {
  const width = Math.min(PIECE, planes.width);
  const height = Math.min(PIECE, planes.height);
  const [left, top] = [(planes.width - width) >> 1, (planes.height - height) >> 1];
  const made = await denoisePiece(trainer, planes, hiding, left, top);
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) {
        const value =
          x < width / 2 ? planes.at(c, left + x, top + y) : made[c * PIECE * PIECE + y * PIECE + x]!;
        data[3 * (y * width + x) + c] = Math.min(255, Math.max(0, Math.round(255 * value)));
      }
  return { width, height, data };
}
