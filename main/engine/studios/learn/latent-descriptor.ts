import type { ModelDescriptor } from '../../../../contract/descriptor.ts';
import { LATENT_PORTS } from '../../../../models/graph/latent-ports.ts';

/** What Generate has to know of a network that was learnt here. @param parameters trained values */
export function latentDescriptor(
  latent: NonNullable<ModelDescriptor['latent']>,
  parameters: number,
): Omit<ModelDescriptor, 'id' | 'name' | 'family' | 'licence'> {
  return {
    gesso: 1,
    task: 'generate',
    architecture: 'learnt',
    scale: 1,
    inputChannels: latent.size,
    outputChannels: 3,
    input: LATENT_PORTS.z,
    output: LATENT_PORTS.output,
    sizeMultipleOf: 1,
    sizeMinimum: 1,
    tiling: 'global',
    alignment: 1,
    latent,
    overlap: 0,
    precision: 'fp32',
    parameters,
    activationBytesPerPixel: 0,
    character: 'generous',
  };
}
