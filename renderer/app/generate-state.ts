import { FIRST_LATENT_MORE, type GenerateSettings } from '../../contract/generate-settings.ts';
import type { BundleView, MadeProgress, MadeView, PromptShelf } from '../../contract/made.ts';
import type { RuleId } from '../../contract/rule-list.ts';

/** What the middle of the room shows: one picture, all of them, or a table of settings. */
export const GENERATE_VIEWS = ['canvas', 'grid', 'table'] as const;
export type GenerateView = (typeof GENERATE_VIEWS)[number];

/** Settings that a table can compare, one along each side. */
export const TABLE_AXES = ['seed', 'sampler', 'guidance', 'steps'] as const;
export type TableAxis = (typeof TABLE_AXES)[number];
export type AxisValue = number | string;

/** What one side of the table compares, as it is typed. */
export interface TableSide {
  readonly axis: TableAxis;
  readonly text: string;
}

interface ShownSide {
  readonly axis: TableAxis;
  readonly values: readonly AxisValue[];
}

export interface MadeTableState {
  readonly x: TableSide;
  readonly y: TableSide;
  /** The table that was asked for last, row by row by the pictures' ids. */
  readonly shown?: { readonly x: ShownSide; readonly y: ShownSide; readonly cells: readonly string[] };
}

/** A pattern, or a picture of a latent space, as it was last drawn. */
interface PatternShown {
  readonly url: string;
  /** Of the picture that it stands for, pixels. */
  readonly width: number;
  readonly height: number;
}

/** What the room of Generate adds to the page's state. */
export interface GenerateState {
  /** The inspector's. */
  generate: GenerateSettings;
  /** Pictures that are made or are to be, the newest first. */
  made: MadeView[];
  /** How far those are that are being made; live only. */
  madeProgress: Readonly<Record<string, MadeProgress | undefined>>;
  /** The made picture on the canvas; undefined: the pattern, or what is begun with. */
  shownMade: string | undefined;
  /** Another one beside it, to be compared. */
  besideMade: string | undefined;
  /** The diffusion models that are installed. */
  bundles: BundleView[];
  importingBundle: { fraction: number; cancel(): void } | undefined;
  /** Prompts that were used, and those that are liked. */
  prompts: PromptShelf;
  /** A pattern is shown four times. */
  isTiled: boolean;
  patternThumbs: Readonly<Partial<Record<RuleId, string>>>;
  pattern: PatternShown | undefined;
  generateView: GenerateView;
  table: MadeTableState;
}

export const DEFAULT_GENERATE: GenerateSettings = {
  kind: 'diffusion',
  diffusion: {
    studio: 'generate',
    kind: 'diffusion',
    prompt: '',
    negative: '',
    width: 512,
    height: 512,
    steps: 25,
    sampler: 'dpmpp_2m:karras',
    guidance: 7.5,
    rescale: 0,
    strength: 0.75,
    loras: [],
    embeddings: [],
    clipSkip: 0,
    seed: 0,
  },
  rule: {
    studio: 'generate',
    kind: 'rule',
    rule: 'noise',
    settings: {},
    seed: 1,
    width: 1024,
    height: 1024,
  },
  latent: {
    studio: 'generate',
    kind: 'latent',
    model: 'omniart-eyes',
    seeds: [1, 2, 3, 4].map((seed) => ({ seed, weight: 0.25 })),
    picture: 0,
    spread: 1,
    truncation: 1,
  },
  latentMore: FIRST_LATENT_MORE,
  isSeedFixed: false,
  count: 1,
  output: { format: 'png', quality: 92, name: '{prompt}_{seed}', existing: 'rename' },
};

export const FIRST_GENERATE: GenerateState = {
  generate: DEFAULT_GENERATE,
  made: [],
  madeProgress: {},
  shownMade: undefined,
  besideMade: undefined,
  bundles: [],
  importingBundle: undefined,
  prompts: { history: [], favourites: [] },
  isTiled: false,
  patternThumbs: {},
  pattern: undefined,
  generateView: 'canvas',
  table: { x: { axis: 'guidance', text: '4, 7.5, 12' }, y: { axis: 'seed', text: '1, 2' } },
};
