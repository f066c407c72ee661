import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ModelDescriptor } from '../../../contract/descriptor.ts';
import { cpuTileSize, gpuTileSize, previewTileSize, smallerTile } from './tile-size.ts';

const model = (overrides: Partial<ModelDescriptor>) =>
  ({ overlap: 16, scale: 2, activationBytesPerPixel: 1536, ...overrides }) as ModelDescriptor;

describe('the size of tiles', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('on the processor follows the work for each useful pixel', () => {
    expect(cpuTileSize(model({}), 24_000, 16e9)).toBe(256);
    expect(cpuTileSize(model({ overlap: 48, activationBytesPerPixel: 8192 }), 24_000, 16e9)).toBe(384);
  });

  it('of a preview is one that is there soon and wastes little', () => {
    expect(previewTileSize({ overlap: 16 }, 512)).toBe(192);
    expect(previewTileSize({ overlap: 48 }, 512)).toBe(256);
    expect(previewTileSize({ overlap: 16 }, 128)).toBe(128);
  });

  it('shrinks with the free memory and never below the smallest', () => {
    expect(cpuTileSize(model({ overlap: 48, activationBytesPerPixel: 8192 }), 24_000, 4e9)).toBe(192);
    expect(cpuTileSize(model({}), 24_000, 1e6)).toBe(128);
  });

  it('keeps to the memory that the user allows', () => {
    const heavy = model({ overlap: 48, activationBytesPerPixel: 8192 });
    const roomy = cpuTileSize(heavy, 24_000);
    vi.stubEnv('GESSO_MEMORY_LIMIT', String(1e9));
    expect(cpuTileSize(heavy, 24_000)).toBe(128);
    expect(roomy).toBeGreaterThan(128);
    vi.stubEnv('GESSO_MEMORY_LIMIT', undefined);
    expect(cpuTileSize(heavy, 24_000)).toBe(roomy);
  });

  it('on a GPU starts at 256, grows while it runs, and stays below what failed', () => {
    expect(gpuTileSize({})).toBe(256);
    expect(gpuTileSize({ largestRan: 256 })).toBe(384);
    expect(gpuTileSize({ largestRan: 512 })).toBe(512);
    expect(gpuTileSize({ largestRan: 256, smallestFailed: 384 })).toBe(256);
    expect(gpuTileSize({ smallestFailed: 256 })).toBe(192);
    expect(gpuTileSize({ smallestFailed: 128 })).toBe(128);
  });

  it('steps down through the list', () => {
    expect([512, 384, 300, 256, 192, 128].map(smallerTile)).toEqual([384, 256, 256, 192, 128, undefined]);
  });
});
