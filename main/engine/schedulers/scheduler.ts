import { expected, GessoError } from '../../../contract/errors.ts';
import { Ddim } from './ddim.ts';
import { Ddpm } from './ddpm.ts';
import { DpmSolverMultistep } from './dpm-solver.ts';
import { EulerAncestral, EulerDiscrete } from './euler.ts';
import { FlowMatchEuler } from './flow-match.ts';
import { HeunDiscrete } from './heun.ts';
import { Kdpm2Ancestral, Kdpm2Discrete } from './kdpm2.ts';
import { Lcm } from './lcm.ts';
import { LmsDiscrete } from './lms.ts';
import { Options } from './options.ts';
import { Pndm } from './pndm.ts';
import type { RunRequest, Scheduler } from './sampling.ts';
import { UniPc } from './unipc.ts';

export type { RunRequest, Scheduler } from './sampling.ts';

type Maker = new (options: Options, request: RunRequest) => Scheduler;

/** By the names of diffusers, which configurations of models carry. */
const MAKERS: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['DDIMScheduler', Ddim],
  ['DDPMScheduler', Ddpm],
  ['PNDMScheduler', Pndm],
  ['LMSDiscreteScheduler', LmsDiscrete],
  ['EulerDiscreteScheduler', EulerDiscrete],
  ['EulerAncestralDiscreteScheduler', EulerAncestral],
  ['HeunDiscreteScheduler', HeunDiscrete],
  ['KDPM2DiscreteScheduler', Kdpm2Discrete],
  ['KDPM2AncestralDiscreteScheduler', Kdpm2Ancestral],
  ['DPMSolverMultistepScheduler', DpmSolverMultistep],
  ['UniPCMultistepScheduler', UniPc],
  ['LCMScheduler', Lcm],
  ['FlowMatchEulerDiscreteScheduler', FlowMatchEuler],
]);

/**
 * Makes what one run needs of a sampler. Behaves as diffusers 0.42 does, to rounding.
 * @param className as in diffusers, e.g. `DPMSolverMultistepScheduler`
 * @param config a scheduler_config.json; what it does not say is the class's own default, what the class does not
 * know is ignored
 * @throws GessoError model/unknown-architecture for a class or a value that Gesso does not have, recipe/invalid for
 * steps, eta or begin that make no run
 */
export function makeScheduler(
  className: string,
  config: Readonly<Record<string, unknown>>,
  request: RunRequest,
): Scheduler {
  const Made = MAKERS.get(className);
  if (!Made)
    throw new GessoError(
      'model/unknown-architecture',
      `Gesso has no sampler ${className}, which the model asks for.`,
      'Choose another sampler.',
    );
  const { eta = 0, begin = 0 } = request;
  if (!(eta >= 0 && eta <= 1)) throw invalid(expected('a number from 0 to 1', 'eta', eta));
  const scheduler = new Made(new Options(className, config), request);
  const calls = scheduler.timesteps.length;
  if (!(Number.isInteger(begin) && begin >= 0 && begin < calls))
    throw invalid(expected(`a whole number from 0 to ${calls - 1}`, 'begin', begin));
  return scheduler;
}

function invalid(message: string): GessoError {
  return new GessoError('recipe/invalid', message, 'Correct the value.');
}
