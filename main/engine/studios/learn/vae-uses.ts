import path from 'node:path';
import { sheetOf } from '../../learning/picture-set.ts';
import { needInputs, nothingWritten, type Use, writeClip, writePicture } from './learn-use.ts';
import { Vae } from './open-vae.ts';
import { average, distance, type PictureSpace, readSpace } from './picture-space.ts';
import { unusual } from './unusual/unusual.ts';

/** Of the in-betweens: from one picture to the other. */
const BETWEEN = 9;
/** Of the sliders: how many directions, and steps of each to both sides, in deviations. */
const DIRECTIONS = 8;
const STEPS = [-2.5, -1.5, -0.75, 0, 0.75, 1.5, 2.5];
const FOUND = 20;
/** Frames a second of a clip from one picture to another. */
const CLIP_RATE = 25;
/** Deviations from the middle beyond which a picture does not belong. */
const ODD = 4;

const SOFT = 'These are soft sketches of what was learnt: enlarge them with `gesso restore`.';

const between: Use = async (job, context) => {
  needInputs(job, 2, 'two pictures: A B');
  return Vae.with(job, context, async (vae) => {
    const { codes } = await vae.see(job.inputs.slice(0, 2), context);
    const count =
      job.seconds === undefined ? (job.count ?? BETWEEN) : Math.max(2, Math.round(job.seconds * CLIP_RATE));
    const steps = Array.from({ length: count }, (_, at) =>
      mixed(codes[0]!, codes[1]!, at / Math.max(1, count - 1)),
    );
    const planes = await vae.drawAll(steps);
    const stem = job.inputs
      .slice(0, 2)
      .map((file) => path.parse(file).name)
      .join('_to_');
    const { size } = vae.shape;
    if (job.seconds === undefined) {
      const output = await writePicture(job, stem, sheetOf(planes, size, Math.min(count, 12)));
      return { ...nothingWritten, outputs: [output], notes: [SOFT] };
    }
    const frame = (at: number) => planes.subarray(3 * size * size * at, 3 * size * size * (at + 1));
    const made = await writeClip(job, context, stem, { size, count, rate: CLIP_RATE, frame });
    return { ...nothingWritten, ...made, notes: [...made.notes, SOFT] };
  });
};

const averaged: Use = async (job, context) =>
  Vae.with(job, context, async (vae) => {
    const { codes, notes } = await vae.see(job.files.length ? job.files : job.inputs, context);
    const code = Array.from({ length: vae.shape.latent }, (_, at) => average(codes.map((each) => each[at]!)));
    const picture = sheetOf(await vae.drawAll([code]), vae.shape.size, 1);
    return {
      ...nothingWritten,
      outputs: [await writePicture(job, `average_of_${codes.length}`, picture)],
      notes: [...notes, SOFT],
    };
  });

/** A row for each direction in which the pictures differ most. */
const sliders: Use = async (job, context) =>
  Vae.with(job, context, async (vae) => {
    const space = await readSpace(job.learnt.folder);
    const rows = space.directions
      .slice(0, DIRECTIONS)
      .flatMap((axis, at) =>
        STEPS.map((step) =>
          space.mean.map((value, place) => value + step * space.deviations[at]! * axis[place]!),
        ),
      );
    const sheet = sheetOf(await vae.drawAll(rows), vae.shape.size, STEPS.length);
    return { ...nothingWritten, outputs: [await writePicture(job, 'sliders', sheet)], notes: [SOFT] };
  });

const similar: Use = async (job, context) => {
  needInputs(job, 1, 'a picture');
  return Vae.with(job, context, async (vae) => {
    const space = await readSpace(job.learnt.folder);
    const { codes } = await vae.see(job.inputs.slice(0, 1), context);
    const found = space.files
      .map((what, at) => ({ what, score: round(distance(space, codes[0]!, space.codes[at]!)) }))
      .sort((a, b) => a.score - b.score)
      .slice(0, job.count ?? FOUND);
    return { ...nothingWritten, found };
  });
};

/** What of a folder does not belong: most is missed of it, or it lies far from all others. */
const odd: Use = async (job, context) =>
  Vae.with(job, context, async (vae) => {
    const space = await readSpace(job.learnt.folder);
    const { codes, errors, files, notes } = await vae.see(job.files.length ? job.files : job.inputs, context);
    const found = files
      .map((what, at) => ({ what, score: round(oddness(space, codes[at]!, errors[at]!)) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, job.count ?? FOUND);
    const strange = found.filter(({ score }) => score > ODD).length;
    const told =
      strange === 0
        ? 'Nothing stands out: all of them look like what was learnt.'
        : `${strange} ${strange === 1 ? 'stands' : 'stand'} out (more than ${ODD} deviations from the others).`;
    return { ...nothingWritten, found, notes: [...notes, told] };
  });

/** In deviations: the larger of how much is missed and how far away it lies. */
function oddness(space: PictureSpace, code: ArrayLike<number>, error: number): number {
  const missed = (Math.log(error + 1e-9) - space.missed.middle) / space.missed.spread;
  // Of a normal cloud the mean square distance is 1, and narrow about it.
  const far = (distance(space, code, space.mean) - 1) * 3;
  return Math.max(missed, far);
}

function mixed(a: Float32Array, c: Float32Array, share: number): number[] {
  return Array.from(a, (value, at) => value + share * (c[at]! - value));
}

const round = (value: number) => Math.round(value * 100) / 100;

export const VAE_USES = { between, average: averaged, sliders, similar, odd, unusual };
