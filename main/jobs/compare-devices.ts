import { GessoError, isCancelled } from '../../contract/errors.ts';
import type { Comparison } from '../../contract/settings.ts';
import type { ReadyModel } from './resolve.ts';
import type { Workshop } from './workshop.ts';

export interface CompareOptions {
  model: ReadyModel;
  signal?: AbortSignal;
  /** `fraction` 0..1 over all devices; never falls. */
  onProgress?(device: string, fraction: number): void;
}

/**
 * Measures a model on every device that this build offers, each in an engine of its own, so that a driver that takes
 * its engine down costs one row. What is measured is kept: the comparison in the settings, the speeds in the queue.
 * @throws GessoError job/cancelled
 */
export async function compareDevices(
  { newHost, store, settings }: Pick<Workshop, 'newHost' | 'store' | 'settings'>,
  { model, signal, onProgress }: CompareOptions,
): Promise<Comparison> {
  const { descriptor, file } = model;
  const host = newHost();
  const devices: Comparison['devices'] = [];
  try {
    const { offered } = await host.call('engine.hello', undefined, { ...(signal && { signal }) });
    for (const [index, device] of offered.entries()) {
      const told = (fraction: number) => onProgress?.(device, (index + fraction) / offered.length);
      told(0);
      try {
        const speed = await host.call(
          'device.measure',
          { file, descriptor, device },
          { ...(signal && { signal }), onEvent: ({ fraction }) => told(fraction) },
        );
        devices.push({ device, speed });
      } catch (thrown) {
        if (isCancelled(thrown)) throw thrown;
        devices.push({ device, error: GessoError.from(thrown).toRecord() });
      }
      host.renew();
    }
  } finally {
    host.close();
  }
  for (const { device, speed } of devices)
    if (speed) store.rememberSpeed(device, descriptor.id, speed.megapixelsPerSecond * 1e6);
  const comparison = {
    model: descriptor.id,
    modelName: descriptor.name,
    measuredAt: new Date().toISOString(),
    devices,
  };
  settings.change({ comparison });
  return comparison;
}
