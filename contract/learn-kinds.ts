import type { LearnKind } from './learn-step.ts';
import type { LearnUse } from './learn-use.ts';

/** Pictures to try learning with: a scene that Gesso draws, and sets that are fetched when they are asked for. */
export const LEARN_SAMPLES = {
  scene: 0,
  emoji: 15_792_027,
  textures: 14_785_376,
  patterns: 344_922,
} as const;
export type LearnSample = keyof typeof LEARN_SAMPLES;

/** What the page must know of each kind before an engine is asked. Plain values, without schemas. */
interface OfKind {
  /** What it learns of. */
  readonly of: 'pictures' | 'texts';
  /** Fewer cannot be learnt from. */
  readonly least: number;
  /** How long it is offered to learn, minutes; of `denoise` for each picture. */
  readonly minutes: number;
  /** The squares that it learns have a size that is chosen. */
  readonly hasSize: boolean;
  /** Some of what it learns of is held out, to tell when it gets no better. */
  readonly holdsOut: boolean;
  /** What it can be tried with. */
  readonly samples: readonly LearnSample[];
  /** What can be done with what was learnt, in the order of its buttons. */
  readonly uses: readonly LearnUse[];
}

export const OF_KINDS: Readonly<Record<LearnKind, OfKind>> = {
  vae: {
    ...{ of: 'pictures', least: 16, minutes: 10, hasSize: true, holdsOut: true },
    samples: ['emoji', 'patterns'],
    uses: ['average', 'between', 'sliders', 'similar', 'odd', 'unusual'],
  },
  denoise: { of: 'pictures', least: 1, minutes: 2, hasSize: false, holdsOut: false, samples: [], uses: [] },
  nerf: {
    ...{ of: 'pictures', least: 6, minutes: 15, hasSize: true, holdsOut: true },
    samples: ['scene'],
    uses: ['orbit', 'depth', 'points'],
  },
  words: {
    ...{ of: 'texts', least: 1, minutes: 5, hasSize: false, holdsOut: true },
    samples: [],
    uses: ['suggest'],
  },
  diffusion: {
    ...{ of: 'pictures', least: 8, minutes: 30, hasSize: true, holdsOut: true },
    samples: ['emoji', 'patterns'],
    uses: ['samples', 'vary', 'inpaint'],
  },
  gan: {
    ...{ of: 'pictures', least: 16, minutes: 30, hasSize: true, holdsOut: false },
    samples: ['textures', 'patterns'],
    uses: ['samples'],
  },
};

/** What a use wants to be given: pictures, one after the other, a folder, a text, how many to draw, or nothing. */
type Wanted = { readonly pictures: number } | 'folder' | 'text' | 'count' | 'nothing';

export const WANTED_BY: Readonly<Record<LearnUse, Wanted>> = {
  average: 'folder',
  between: { pictures: 2 },
  sliders: 'nothing',
  samples: 'count',
  odd: 'folder',
  unusual: { pictures: 1 },
  similar: { pictures: 1 },
  orbit: 'nothing',
  depth: 'nothing',
  points: 'nothing',
  suggest: 'text',
  vary: { pictures: 1 },
  /** The second says where. */
  inpaint: { pictures: 2 },
};
