import type { ModelDescriptor } from '../../contract/descriptor.ts';
import { LATENT_PORTS } from '../graph/latent-ports.ts';

/** What is the same of all networks that make pictures of numbers: their ports, and that such a picture is made whole. */
export function latentFacts(latent: NonNullable<ModelDescriptor['latent']>) {
  return {
    gesso: 1,
    task: 'generate',
    scale: 1,
    inputChannels: latent.size,
    outputChannels: 3,
    input: LATENT_PORTS.z,
    output: LATENT_PORTS.output,
    sizeMultipleOf: 1,
    sizeMinimum: 1,
    // Each pixel hangs on each number.
    tiling: 'global',
    alignment: 1,
    latent,
    overlap: 0,
  } as const;
}
