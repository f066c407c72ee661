import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ModelDescriptor } from '../../contract/descriptor.ts';
import { cancelled, GessoError } from '../../contract/errors.ts';
import type { EngineHost } from '../engine/host/host.ts';
import { compareDevices } from './compare-devices.ts';
import { Settings } from './settings.ts';
import { JobStore } from './store.ts';

const SPEED = { megapixelsPerSecond: 2, millisecondsPerTile: 30, tile: 256, loadMilliseconds: 80 };
const model = { file: '/m.onnx', descriptor: { id: 'span-x2', name: 'SPAN x2' } as ModelDescriptor };

let folder: string;
let store: JobStore;
let settings: Settings;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gesso-compare-'));
  store = new JobStore(path.join(folder, 'queue.sqlite'));
  settings = new Settings(path.join(folder, 'settings.json'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A host whose engine measures as `measure` says, and what was asked of it. */
function hostThat(measure: (device: string) => typeof SPEED) {
  const log: string[] = [];
  const host = {
    call: async (method: string, params: { device: string }, { onEvent }: Record<string, unknown> = {}) => {
      if (method === 'engine.hello') return { offered: ['cpu', 'webgpu', 'dml'] };
      log.push(params.device);
      (onEvent as (event: unknown) => void)({ fraction: 0.3 });
      return measure(params.device);
    },
    renew: () => log.push('renewed'),
    close: () => log.push('closed'),
  };
  return { log, newHost: () => host as unknown as EngineHost };
}

it('measures every device in an engine of its own; one that fails says why and stops no other', async () => {
  const { log, newHost } = hostThat((device) => {
    if (device === 'webgpu')
      throw new GessoError('engine/crashed', 'The engine stopped unexpectedly (signal SIGSEGV).', 'Hint.');
    return device === 'dml' ? { ...SPEED, megapixelsPerSecond: 8 } : SPEED;
  });
  const told: number[] = [];
  const { devices } = await compareDevices(
    { newHost, store, settings },
    { model, onProgress: (_, fraction) => told.push(fraction) },
  );
  expect(devices).toMatchObject([
    { device: 'cpu', speed: SPEED },
    { device: 'webgpu', error: { code: 'engine/crashed' } },
    { device: 'dml', speed: { megapixelsPerSecond: 8 } },
  ]);
  expect(log).toEqual(['cpu', 'renewed', 'webgpu', 'renewed', 'dml', 'renewed', 'closed']);
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBeLessThanOrEqual(1);
  expect([...store.speeds('span-x2')]).toEqual([
    ['dml', 8e6],
    ['cpu', 2e6],
  ]);
  const kept = new Settings(path.join(folder, 'settings.json')).values.comparison;
  expect(kept).toMatchObject({ model: 'span-x2', devices });
});

it('keeps nothing of a comparison that was cancelled, and ends its engine', async () => {
  const { log, newHost } = hostThat((device) => {
    if (device === 'webgpu') throw cancelled('The work');
    return SPEED;
  });
  await expect(compareDevices({ newHost, store, settings }, { model })).rejects.toMatchObject({
    code: 'job/cancelled',
  });
  expect(log.at(-1)).toBe('closed');
  expect(store.speeds('span-x2').size).toBe(0);
  expect(settings.values.comparison).toBeUndefined();
});
