import type { ModelDescriptor } from '../../contract/descriptor.ts';

export function tinyDescriptor(overrides: Partial<ModelDescriptor> = {}): ModelDescriptor {
  return {
    gesso: 1,
    id: 'tiny-x4',
    name: 'Tiny x4',
    task: 'upscale',
    architecture: 'unknown',
    scale: 4,
    family: 'tiny',
    inputChannels: 3,
    outputChannels: 3,
    input: 'input',
    output: 'output',
    sizeMultipleOf: 1,
    sizeMinimum: 1,
    tiling: 'local',
    alignment: 1,
    overlap: 16,
    precision: 'fp32',
    parameters: 1975,
    activationBytesPerPixel: 500,
    licence: 'MIT',
    character: 'plain',
    ...overrides,
  };
}
