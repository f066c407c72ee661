import type { ModelDescriptor } from '../../../../contract/descriptor.ts';
import { latentFacts } from '../../../../models/library/latent-facts.ts';

/** What Generate has to know of a network that was learnt here. @param parameters trained values */
export function latentDescriptor(
  latent: NonNullable<ModelDescriptor['latent']>,
  parameters: number,
): Omit<ModelDescriptor, 'id' | 'name' | 'family' | 'licence'> {
  return {
    ...latentFacts(latent),
    architecture: 'learnt',
    precision: 'fp32',
    parameters,
    activationBytesPerPixel: 0,
    character: 'generous',
  };
}
