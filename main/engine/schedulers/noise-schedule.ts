import type { Options } from './options.ts';

const f32 = Math.fround;

const BETA_SCHEDULES = ['linear', 'scaled_linear', 'squaredcos_cap_v2'] as const;
type BetaSchedule = (typeof BETA_SCHEDULES)[number];

/** More than any model has; what a hostile file asks for beyond it only costs memory. */
const MOST_STEPS = 100_000;
/** No step of a cosine schedule takes more of the picture than this. */
const MOST_BETA = 0.999;
/** What stands for no signal where a sampler divides by it. */
const LEAST_ALPHA_BAR = 2 ** -24;

/** Stable Diffusion's ends on a straight line: what Heun and KDPM2 begin with. */
export const STABLE_BETAS: BetaDefaults = { first: 0.00085, last: 0.012, kind: 'linear' };

/** How noise grows over the steps of training. */
export interface NoiseSchedule {
  /** Steps of training, usually 1000. */
  readonly length: number;
  /** The share of the picture's variance that is left at each step, float32, falling: the papers' alpha bar. */
  readonly alphaBar: Float32Array;
  readonly isCosine: boolean;
}

interface BetaDefaults {
  readonly first: number;
  readonly last: number;
  readonly kind: BetaSchedule;
}

/** What a class does of its own, and whether it knows `rescale_betas_zero_snr`: others ignore it, as in diffusers. */
export interface KnownBetas {
  readonly defaults?: BetaDefaults;
  readonly zeroSnr?: boolean;
}

/** Ho's, which most classes begin with. */
const DEFAULTS: BetaDefaults = { first: 0.0001, last: 0.02, kind: 'linear' };

/**
 * Reads the schedule of training. Values are rounded to float32 after each operation, as PyTorch does, because
 * timesteps are found and rounded from them later.
 * Sources: Ho et al. 2020 (linear), Rombach et al. 2022 (scaled_linear), Nichol and Dhariwal 2021 (squared cosine).
 */
export function readNoiseSchedule(options: Options, known: KnownBetas = {}): NoiseSchedule {
  const { defaults = DEFAULTS } = known;
  const length = options.integer('num_train_timesteps', 1000, 1, MOST_STEPS);
  const kind = options.choice('beta_schedule', BETA_SCHEDULES, defaults.kind);
  const first = options.number('beta_start', defaults.first, 0, 1);
  const last = options.number('beta_end', defaults.last, 0, 1);
  const trained = options.numbers('trained_betas', length);
  const betas = trained ? Float32Array.from(trained) : betasOf(kind, first, last, length);
  const noSignalAtEnd = known.zeroSnr === true && options.flag('rescale_betas_zero_snr', false);
  return {
    length,
    alphaBar: alphaBarOf(noSignalAtEnd ? withoutSignalAtEnd(betas) : betas),
    isCosine: kind === 'squaredcos_cap_v2',
  };
}

/** Noise over signal at each step of training, float32, rising: Karras' sigma. Never infinite. */
export function trainedSigmas({ alphaBar }: NoiseSchedule): Float32Array {
  return alphaBar.map((left) => {
    const share = Math.max(left, LEAST_ALPHA_BAR);
    return Math.sqrt(f32(f32(1 - share) / share));
  });
}

function betasOf(kind: BetaSchedule, first: number, last: number, length: number): Float32Array {
  if (kind === 'linear') return ramp(first, last, length);
  if (kind === 'scaled_linear')
    return ramp(Math.sqrt(first), Math.sqrt(last), length).map((root) => root * root);
  const left = (step: number) => Math.cos((((step / length + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  return Float32Array.from({ length }, (_, step) => Math.min(1 - left(step + 1) / left(step), MOST_BETA));
}

/** Even steps in float32, counted from the nearer end. */
function ramp(first: number, last: number, length: number): Float32Array {
  if (length === 1) return Float32Array.of(first);
  const [from, to] = [f32(first), f32(last)];
  const step = f32(f32(to - from) / (length - 1));
  return Float32Array.from({ length }, (_, i) =>
    i < length >> 1 ? from + step * i : to - step * (length - 1 - i),
  );
}

function alphaBarOf(betas: Float32Array): Float32Array {
  let product = 1;
  return betas.map((beta) => {
    product *= f32(1 - beta);
    return product;
  });
}

/**
 * Betas shifted and scaled so that nothing of the picture is left at the last step (Lin et al. 2023, "Common Diffusion
 * Noise Schedules and Sample Steps are Flawed", algorithm 1).
 */
function withoutSignalAtEnd(betas: Float32Array): Float32Array {
  const roots = alphaBarOf(betas).map(Math.sqrt);
  const [first, last] = [roots[0]!, roots.at(-1)!];
  const scale = f32(first / f32(first - last));
  const alphaBar = roots.map((root) => f32(f32(root - last) * scale) ** 2);
  return alphaBar.map((left, i) => 1 - (i === 0 ? left : f32(left / alphaBar[i - 1]!)));
}
