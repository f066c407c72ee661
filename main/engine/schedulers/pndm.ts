import { GessoError } from '../../../contract/errors.ts';
import { combine } from './combine.ts';
import { readNoiseSchedule } from './noise-schedule.ts';
import type { Options } from './options.ts';
import { cleanOf, type Level, levelOfShare, noiseOf, type Prediction, readPrediction } from './prediction.ts';
import { checkTimesteps, PreservingSampler } from './preserving-sampler.ts';
import type { RunRequest, Step } from './sampling.ts';
import { checkSteps, readSpacing, spacedSteps } from './spacing.ts';

/** Steps that the warm-up makes by Runge and Kutta's method, and the calls of each. */
const WARM_STEPS = 3;
const CALLS_OF_WARM_STEP = 4;
/** Runge and Kutta's weights. */
const RUNGE_KUTTA = [1 / 6, 1 / 3, 1 / 3, 1 / 6] as const;
/** Adams and Bashforth's, the latest call first, by how many calls there are. */
const ADAMS_BASHFORTH = [
  [],
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
] as const;
const MOST_ORDER = 4;

/**
 * Pseudo numerical methods for diffusion models (Liu et al. 2022): multistep on what networks predict, begun with
 * Runge and Kutta's steps, or, where the configuration skips those, with one improved Euler step (`plms`).
 */
export class Pndm extends PreservingSampler {
  readonly #alphaBar: Float32Array;
  readonly #finalShare: number;
  readonly #prediction: Prediction;
  readonly #gap: number;
  readonly #warmCalls: number;
  /** Predictions that count for the next step, the latest first. */
  #past: readonly Float32Array[] = [];
  /** Where the step began whose further calls are awaited. */
  #begun: Float32Array | undefined;
  /** The predictions of a step of the warm-up. */
  #warm: readonly Float32Array[] = [];

  constructor(options: Options, { steps, begin = 0 }: RunRequest) {
    const { length, alphaBar } = readNoiseSchedule(options);
    checkSteps(steps, length);
    const spacing = readSpacing(options, 'leading');
    const offset = options.integer('steps_offset', 0, 0, length);
    const even = spacedSteps({ spacing, length, offset }, steps);
    const gap = Math.floor(length / steps);
    const isWarm = !options.flag('skip_prk_steps', false);
    if (isWarm && (steps <= WARM_STEPS || begin > 0))
      throw new GessoError(
        'recipe/invalid',
        `The sampler pndm warms up for ${WARM_STEPS} steps, which this run has not.`,
        'Ask for more steps and begin with noise, or choose another sampler.',
      );
    const timesteps = isWarm ? warmTimesteps(even, gap) : plainTimesteps(even);
    checkTimesteps(timesteps, length);
    super(
      timesteps,
      timesteps.map((time) => levelOfShare(alphaBar[time]!)),
    );
    this.#alphaBar = alphaBar;
    this.#finalShare = options.flag('set_alpha_to_one', false) ? 1 : alphaBar[0]!;
    this.#prediction = readPrediction(options);
    this.#gap = gap;
    this.#warmCalls = isWarm ? WARM_STEPS * CALLS_OF_WARM_STEP : 0;
  }

  step(prediction: Float32Array, index: number, sample: Float32Array): Step {
    const denoised = cleanOf(this.#prediction, prediction, sample, this.levels[index]!);
    const isWarmUp = index < this.#warmCalls;
    const next = isWarmUp
      ? this.#warmStep(prediction, index, sample)
      : this.#plainStep(prediction, index, sample);
    return { sample: next, denoised };
  }

  #warmStep(prediction: Float32Array, index: number, sample: Float32Array): Float32Array {
    const call = index % CALLS_OF_WARM_STEP;
    if (call === 0) {
      this.#begun = sample;
      this.#warm = [];
      this.#past = [prediction, ...this.#past].slice(0, MOST_ORDER);
    }
    this.#warm = [...this.#warm, prediction];
    const all = this.#warm.map((past, i) => [RUNGE_KUTTA[i]!, past] as const);
    const mean = call === CALLS_OF_WARM_STEP - 1 ? combine(...all) : prediction;
    // First and third calls lead on by half a gap from where they look, the others to just there.
    const time = this.timesteps[index]!;
    const to = call % 2 === 0 ? time - (this.#gap >> 1) : time;
    return this.#lead(this.#begun ?? sample, mean, this.timesteps[index - call]!, to);
  }

  #plainStep(prediction: Float32Array, index: number, sample: Float32Array): Float32Array {
    const time = this.timesteps[index]!;
    if (index === 1 && this.#warmCalls === 0) {
      // The first step is made again from where it began, with the mean of what was seen at both of its ends. A run
      // that begins here has no such step.
      const begun = this.#begun;
      if (!begun) return sample;
      return this.#lead(begun, combine([0.5, prediction], [0.5, this.#past[0]!]), time + this.#gap, time);
    }
    // diffusers goes by calls and not by places, and has runs with a picture end a step too early.
    if (index === 0) this.#begun = sample;
    this.#past = [prediction, ...this.#past].slice(0, MOST_ORDER);
    const weights = ADAMS_BASHFORTH[this.#past.length]!;
    const mean = combine(...this.#past.map((past, i) => [weights[i]!, past] as const));
    return this.#lead(sample, mean, time, time - this.#gap);
  }

  /** From one step of training to another with a given prediction (Liu et al. 2022, equation 11). */
  #lead(sample: Float32Array, prediction: Float32Array, from: number, to: number): Float32Array {
    const share = this.#alphaBar[Math.min(from, this.#alphaBar.length - 1)]!;
    const next = this.#alphaBar[to] ?? this.#finalShare;
    const level: Level = levelOfShare(share);
    const noise = noiseOf(this.#prediction, prediction, sample, level);
    const divisor = share * Math.sqrt(1 - next) + Math.sqrt(share * (1 - share) * next);
    return combine([Math.sqrt(next / share), sample], [(share - next) / divisor, noise]);
  }
}

/** The second step is looked at twice: it ends the first one, and begins its own. */
function plainTimesteps(even: readonly number[]): number[] {
  return even.length < 2 ? [...even] : [even[0]!, even[1]!, ...even.slice(1)];
}

/** Each step of the warm-up is looked at where it begins, twice in its middle and where it ends. */
function warmTimesteps(even: readonly number[], gap: number): number[] {
  const warm = Array.from({ length: WARM_STEPS }, (_, i) => {
    const [from, to] = [even[i]!, even[i + 1]!];
    const middle = to + (gap >> 1);
    return [from, middle, middle, to];
  });
  return [...warm.flat(), ...even.slice(WARM_STEPS)];
}
