import { describe, expect, it, vi } from 'vitest';
import { flowScales, memoryFor } from './flow-scale.ts';

const descriptor = { activationBytesPerPixel: 296 };
const FOUR_K = { width: 3840, height: 2160, descriptor };

describe('the flow scale', () => {
  it('is 1 where memory allows, and goes down with what there is', () => {
    expect(flowScales({ ...FOUR_K, memory: 8e9 }, 'cpu')).toEqual([1, 0.5, 0.25]);
    expect(flowScales({ ...FOUR_K, memory: 0.7 * 8e9 }, 'cpu')).toEqual([0.5, 0.25]);
    expect(flowScales({ ...FOUR_K, memory: 4e9 }, 'cpu')).toEqual([0.25]);
    expect(flowScales({ ...FOUR_K, width: 1920, height: 1080, memory: 2e9 }, 'cpu')).toEqual([1, 0.5, 0.25]);
  });

  it('is the smallest where nothing fits: a frame is better than none', () => {
    expect(flowScales({ ...FOUR_K, memory: 1e6 }, 'cpu')).toEqual([0.25]);
  });

  it('is no larger than is wanted', () => {
    expect(flowScales({ ...FOUR_K, memory: 64e9, flowScale: 0.5 }, 'cpu')).toEqual([0.5, 0.25]);
    expect(flowScales({ ...FOUR_K, memory: 1e6, flowScale: 0.5 }, 'cpu')).toEqual([0.25]);
  });

  it('is tried from the top on a GPU, whatever the memory of the machine', () => {
    expect(flowScales({ ...FOUR_K, memory: 1e6 }, 'webgpu')).toEqual([1, 0.5, 0.25]);
  });

  it('keeps to the memory that the user allows', () => {
    vi.stubEnv('GESSO_MEMORY_LIMIT', String(memoryFor(FOUR_K, 0.25) * 1.5));
    expect(flowScales(FOUR_K, 'cpu')).toEqual([0.25]);
    vi.unstubAllEnvs();
  });
});
