/** A number between two ends, both included; a `step` of 1 means whole numbers. */
export interface NumberSetting<K extends string = string> {
  readonly key: K;
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly default: number;
}
export interface ChoiceSetting<K extends string = string, C extends string = string> {
  readonly key: K;
  readonly kind: 'choice';
  readonly choices: readonly C[];
  readonly default: C;
}
export interface ToggleSetting<K extends string = string> {
  readonly key: K;
  readonly kind: 'toggle';
  readonly default: boolean;
}
export type RuleSetting = NumberSetting | ChoiceSetting | ToggleSetting;

/** How colours are found that go together: by their places on the circle of hues. */
export const HARMONIES = [
  'analogous',
  'monochrome',
  'complementary',
  'split',
  'triadic',
  'tetradic',
] as const;
export type Harmony = (typeof HARMONIES)[number];

export interface RuleFacts {
  readonly settings: readonly RuleSetting[];
  /** Each pixel hangs on its place alone: any part can be drawn by itself, at any size. Else the rule grows. */
  readonly isPositional: boolean;
  /** Whether it is made of shapes and can be an SVG; a list: only with one of these as `style`. */
  readonly isVector: boolean | readonly string[];
  /** It starts from a picture of the user's. */
  readonly needsPicture: boolean;
  /** What its colours are where no palette is given. */
  readonly harmony: Harmony;
}

function number<const K extends string>(
  key: K,
  [min, max]: readonly [number, number],
  initial: number,
  step = 1,
): NumberSetting<K> {
  return { key, kind: 'number', min, max, step, default: initial };
}

function choice<const K extends string, const C extends string>(
  key: K,
  choices: readonly [C, ...C[]],
): ChoiceSetting<K, C> {
  return { key, kind: 'choice', choices, default: choices[0] };
}

function toggle<const K extends string>(key: K, initial: boolean): ToggleSetting<K> {
  return { key, kind: 'toggle', default: initial };
}

/**
 * The rules of Generate and what can be set of each. Lengths are counted so that a picture of any size looks the same:
 * in cells across its shorter side, or in shares of that side or of a cell.
 */
export const RULES = {
  /** Sums of gradient noise. */
  noise: {
    settings: [
      choice('style', ['clouds', 'ridges', 'billows', 'marble', 'contours']),
      number('scale', [1, 32], 4),
      number('octaves', [1, 8], 5),
      /** How strong each octave is beside the one before. */
      number('gain', [0.2, 0.8], 0.5, 0.01),
      /** Lines of marble and steps of contours. */
      number('bands', [2, 32], 9),
    ],
    isPositional: true,
    isVector: false,
    needsPicture: false,
    harmony: 'analogous',
  },
  /** Noise whose places are moved by noise. */
  warp: {
    settings: [
      number('scale', [1, 16], 2),
      number('octaves', [1, 6], 3),
      /** How far places are moved, in cells. */
      number('strength', [0, 3], 1, 0.01),
      /** Light from the side, as on a surface. */
      number('relief', [0, 1], 0.35, 0.01),
    ],
    isPositional: true,
    isVector: false,
    needsPicture: false,
    harmony: 'split',
  },
  /** The parts of the plane that are nearest to scattered points. */
  voronoi: {
    settings: [
      choice('style', ['cells', 'cracks', 'pebbles', 'facets']),
      number('cells', [2, 64], 9),
      /** 0 is a lattice. */
      number('jitter', [0, 1], 0.9, 0.01),
      /** Width of what is between cells, in cells. */
      number('border', [0, 0.4], 0.06, 0.01),
    ],
    isPositional: true,
    isVector: ['cells'],
    needsPicture: false,
    harmony: 'triadic',
  },
  /** Square tiles that are turned at random. */
  truchet: {
    settings: [
      choice('style', ['ribbons', 'blobs', 'triangles', 'rings', 'diagonals']),
      number('tiles', [2, 64], 10, 2),
      /** Of ribbons, rings and diagonals, in tiles. */
      number('width', [0.05, 0.6], 0.3, 0.01),
    ],
    isPositional: true,
    isVector: true,
    needsPicture: false,
    harmony: 'complementary',
  },
  /** Square tiles whose edges match in colour. */
  wang: {
    settings: [
      choice('style', ['kites', 'circuits', 'petals']),
      number('tiles', [2, 64], 8),
      /** Of edges. */
      number('colours', [2, 6], 3),
      /** Of the lines between tiles and of circuits, in tiles. */
      number('width', [0, 0.3], 0.1, 0.01),
    ],
    isPositional: true,
    isVector: true,
    needsPicture: false,
    harmony: 'tetradic',
  },
  /** Evenly spaced lines along a field of directions. */
  flow: {
    settings: [
      number('scale', [1, 12], 2),
      /** Between lines, in thousandths of the shorter side. */
      number('spacing', [4, 80], 13, 0.5),
      /** Of a line, of the spacing. */
      number('width', [0.1, 1], 0.6, 0.01),
      /** Turns of the field between the lowest and the highest; 0 lets lines go round the hills instead. */
      number('turn', [0, 2], 0, 0.01),
      choice('colouring', ['height', 'direction', 'random']),
      /** The ground is the lightest colour, not the darkest. */
      toggle('light', false),
    ],
    isPositional: false,
    isVector: true,
    needsPicture: false,
    harmony: 'split',
  },
  /** Lines that a turtle draws by rules that rewrite themselves. */
  lsystem: {
    settings: [
      choice('style', ['meadow', 'fern', 'coral', 'dragon', 'hilbert', 'gosper', 'snowflake', 'penrose']),
      /** How often the rules are applied, beside what the style is made for. */
      number('growth', [-2, 1], 0),
      number('copies', [1, 60], 18),
      /** Of a copy, of the shorter side. */
      number('size', [0.05, 1.5], 0.36, 0.01),
      number('width', [0.2, 4], 1, 0.01),
      toggle('light', false),
    ],
    isPositional: false,
    isVector: true,
    needsPicture: false,
    harmony: 'split',
  },
  /** Two substances that feed on each other and spread. */
  reaction: {
    settings: [
      choice('style', ['coral', 'maze', 'spots', 'holes', 'worms', 'fingerprint']),
      /** Across the shorter side; about nine make one wave. */
      number('cells', [48, 280], 160),
      number('steps', [200, 8000], 4000, 100),
      number('relief', [0, 1], 0.4, 0.01),
    ],
    isPositional: false,
    isVector: false,
    needsPicture: false,
    harmony: 'complementary',
  },
  /** Where a point goes that is mapped on for ever. */
  attractor: {
    settings: [
      choice('style', ['quilt', 'clifford', 'dejong', 'svensson']),
      /** Points for each pixel of a picture of half a megapixel. */
      number('density', [2, 80], 24),
      /** Of the figure, of the shorter side; what is past an edge comes in at the other. A quilt fills its tile. */
      number('size', [0.3, 2], 1.4, 0.01),
      number('glow', [0, 1], 0.5, 0.01),
    ],
    isPositional: false,
    isVector: false,
    needsPicture: false,
    harmony: 'analogous',
  },
  /** More of the texture that a picture shows. */
  quilt: {
    settings: [
      /** Pixels of the picture that a patch takes. */
      number('patch', [12, 96], 40, 1),
      /** How much patches lie over each other, of a patch. */
      number('overlap', [0.15, 0.45], 0.3, 0.01),
      /** The longest side that the picture is reduced to; smaller ones are left alone. */
      number('reduce', [64, 512], 256),
      /** Mirrored pieces are taken, too. */
      toggle('mirror', false),
    ],
    isPositional: false,
    isVector: false,
    needsPicture: true,
    harmony: 'analogous',
  },
} as const satisfies Record<string, RuleFacts>;

export type RuleId = keyof typeof RULES;
