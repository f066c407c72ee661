import { z } from 'zod';
import { modelId } from './descriptor.ts';
import { compare, mul, parseRational, type Rational, rationalText, round, ZERO } from './time.ts';

/** Seeds that are mixed at once: the corners of a pad. */
const MOST_MIXED = 4;
const MOST_STOPS = 64;
/** Places that a pad keeps. */
export const MOST_PINS = 12;
const MOST_FRAMES = 100_000;
export const WALK_FORMATS = ['mp4', 'webm', 'png'] as const;

/** As PyTorch draws them, only the low 32 bits of a seed count. */
const seed = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1);

const condition = z.string().min(1).max(40);
const positive = rationalText.refine(
  (text) => compare(parseRational(text) ?? ZERO, ZERO) > 0,
  'is more than 0',
);

/** Where in the space a picture lies: all that it looks like hangs on. */
const place = {
  /** Each is a picture; several are mixed by their weights, of which only the ratios count. */
  seeds: z
    .array(z.strictObject({ seed, weight: z.number().min(0).max(1000).default(1) }))
    .min(1)
    .max(MOST_MIXED)
    .default([{ seed: 0, weight: 1 }]),
  /** Which one of the row that begins there: each next picture has the next seeds. */
  picture: z.number().int().min(0).max(1_000_000).default(0),
  /** How far the next pictures go from the first one: 1 all the way; less and they are more like it. */
  spread: z.number().min(0).max(1).default(1),
  /** The numbers are multiplied by it: 0 is the mean picture, less than 1 safer, more than 1 bolder. */
  truncation: z.number().min(0).max(2).default(1),
  /** What is asked for of what the network was told in training, one or a mixture; left out: each seed's own. */
  condition: z.union([condition, z.record(condition, z.number().min(0).max(1000))]).optional(),
};
const latentPlace = z.strictObject(place);
export type LatentPlace = z.infer<typeof latentPlace>;

/** A way through the space, shown as a clip. */
const walk = z.strictObject({
  seconds: positive,
  /** Frames a second. */
  fps: positive.default('25'),
  /**
   * What it passes through after what the step itself makes, as much time for each way: seeds, made with the step's
   * truncation and condition, or places, with their own.
   */
  stops: z
    .array(z.union([seed, latentPlace]))
    .min(1)
    .max(MOST_STOPS),
  /** Back to where it began: the frame behind the last one would be the first. */
  loops: z.boolean().default(true),
  /** A clip (H.264, VP9), or a folder of numbered pictures. */
  format: z.enum(WALK_FORMATS).default('mp4'),
});
export type LatentWalk = z.infer<typeof walk>;

/** Pictures out of a network's own space: what it makes of random numbers. The same step is the same picture. */
export const latentStep = z
  .strictObject({
    studio: z.literal('generate'),
    kind: z.literal('latent'),
    model: modelId,
    ...place,
    /** A contact sheet: this picture and the next ones, row by row. */
    sheet: z
      .strictObject({ columns: z.number().int().min(1).max(64), rows: z.number().int().min(1).max(64) })
      .optional(),
    walk: walk.optional(),
    /** Places that whoever sets it up keeps; what is made does not depend on them. */
    pins: z.array(latentPlace).max(MOST_PINS).optional(),
  })
  .superRefine((step, context) => {
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (!hasSeed(step)) wrong('seeds', 'one of the weights is above 0');
    if (!hasCondition(step)) wrong('condition', 'one of the weights is above 0');
    const isPlace = (stop: number | LatentPlace) =>
      typeof stop === 'number' || (hasSeed(stop) && hasCondition(stop));
    if (step.walk?.stops.every(isPlace) === false)
      wrong('walk', 'of each stop one of the weights is above 0');
    if (step.pins?.every(isPlace) === false) wrong('pins', 'of each one of the weights is above 0');
    if (step.sheet && step.walk) wrong('sheet', 'a walk is a clip, not a sheet');
    const frames = step.walk ? walkFrames(step.walk) : 2;
    if (frames < 2 || frames > MOST_FRAMES)
      wrong('walk', `a walk has 2 to ${MOST_FRAMES} frames, not ${frames}`);
  });
export type LatentStep = z.infer<typeof latentStep>;

function hasSeed({ seeds }: Pick<LatentPlace, 'seeds'>): boolean {
  return seeds.some(({ weight }) => weight > 0);
}

function hasCondition({ condition: asked }: Pick<LatentPlace, 'condition'>): boolean {
  return typeof asked !== 'object' || Object.values(asked).some((weight) => weight > 0);
}

/** Frames a second of a walk. */
export function walkRate({ fps }: Pick<LatentWalk, 'fps'>): Rational {
  return parseRational(fps) ?? ZERO;
}

/** How many frames a walk has: the nearest whole number. */
export function walkFrames(walk: Pick<LatentWalk, 'seconds' | 'fps'>): number {
  return round(mul(parseRational(walk.seconds) ?? ZERO, walkRate(walk)));
}

/** The place of a step, or of what is one besides. */
export function placeIn({ seeds, picture, spread, truncation, condition }: LatentPlace): LatentPlace {
  return { seeds, picture, spread, truncation, ...(condition !== undefined && { condition }) };
}

/** All that a walk passes, its beginning first. */
export function placesOf(step: LatentPlace & { walk: LatentWalk }): LatentPlace[] {
  const begin = placeIn(step);
  const alone = (seed: number) => ({ ...begin, seeds: [{ seed, weight: 1 }], picture: 0, spread: 1 });
  return [begin, ...step.walk.stops.map((stop) => (typeof stop === 'number' ? alone(stop) : stop))];
}

/** A step that sets a pad up: what a walk passes are its pins, and it asks for one picture. */
export function onPad<S extends Omit<LatentStep, 'studio' | 'kind' | 'model'>>(step: S): S {
  const { walk, sheet: _, ...rest } = step;
  const pins = walk ? placesOf({ ...step, walk }).slice(0, MOST_PINS) : step.pins;
  return { ...rest, ...(pins && { pins }) } as S;
}

/** How many pictures of the row one result takes. */
export function picturesOf({ sheet }: Pick<LatentStep, 'sheet'>): number {
  return sheet ? sheet.columns * sheet.rows : 1;
}
