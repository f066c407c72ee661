import { readNoiseSchedule, trainedSigmas } from './noise-schedule.ts';
import type { Options } from './options.ts';
import { curvedSigmas, interpolated, readSigmaCurve, TimeOfSigma } from './sigma-table.ts';
import { checkSteps, readSpacing, roundHalfEven, spacedSteps } from './spacing.ts';

const ENDINGS = ['zero', 'sigma_min'] as const;

/** A run of a multistep sampler: whole timesteps, and the sigmas of its calls and of its end. */
export interface SigmaRun {
  readonly timesteps: readonly number[];
  /** One more than timesteps, float32; the last is 0 or the least of training. */
  readonly sigmas: readonly number[];
  readonly endsAtZero: boolean;
}

/** What DPM-Solver and UniPC do not both know or do. */
interface Known {
  /** Steps of training that take part, given their sigmas, rising. */
  readonly lastStep?: (sigmas: Float32Array) => number;
  /** Sigmas even in their logarithm, whose timesteps are rounded (Lu et al. 2022, section 4). */
  readonly lu?: boolean;
  /** Timesteps of curved sigmas are cut off, not rounded, where betas are cosines. */
  readonly cutsCosine?: boolean;
  /** `sigma_max` and `sigma_min`, for curves */
  readonly ends?: boolean;
}

/** Lays out a run for samplers that take their sigmas from all of training, whatever the spacing. */
export function planSigmaRun(options: Options, steps: number, known: Known): SigmaRun {
  const trained = readNoiseSchedule(options, { zeroSnr: true });
  checkSteps(steps, trained.length);
  const spacing = readSpacing(options, 'linspace');
  const offset = options.integer('steps_offset', 0, 0, trained.length);
  const table = trainedSigmas(trained);
  const ending = options.choice('final_sigmas_type', ENDINGS, 'zero');
  const isLu = known.lu === true && options.flag('use_lu_lambdas', false);
  const curve = readSigmaCurve(options);

  const last = known.lastStep?.(table) ?? trained.length;
  const layout = { spacing, length: trained.length, offset };
  const end = (key: string) => (known.ends ? options.optionalNumber(key, 0) : undefined);
  const smallest = end('sigma_min') ?? table[0]!;
  const finish = (timesteps: number[], sigmas: number[], least: number): SigmaRun => ({
    timesteps,
    sigmas: [...sigmas, ending === 'zero' ? 0 : least].map(Math.fround),
    endsAtZero: ending === 'zero',
  });

  if (curve === 'trained' && !isLu) {
    const timesteps = spacedSteps(layout, steps, last, true);
    const along = timesteps.map((time) => interpolated(table, time));
    return finish(timesteps, along, table[0]!);
  }
  const shape = curve === 'karras' ? 'karras' : 'exponential';
  const sigmas = curvedSigmas(shape, end('sigma_max') ?? table.at(-1)!, smallest, steps);
  const isRounded = (curve === 'karras' || isLu) && !(known.cutsCosine && trained.isCosine);
  const whole = isRounded ? roundHalfEven : Math.trunc;
  const timeOf = new TimeOfSigma(table);
  return finish(
    sigmas.map((sigma) => whole(timeOf.at(sigma))),
    sigmas,
    smallest,
  );
}
