import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { env, listSupportedBackends } from 'onnxruntime-node';
import { GessoError } from '../../../contract/errors.ts';
import type { DeviceChoice } from '../../../contract/recipe.ts';
import type { SessionDevice } from './worker-protocol.ts';

/**
 * Devices to try, best first. `auto` never takes a software adapter: without a GPU's render node (Linux) the
 * processor is faster than any emulation of a GPU on it.
 * @throws GessoError device/unavailable where a named device is not in this build or system.
 */
export function devicesFor(choice: DeviceChoice): SessionDevice[] {
  const built = new Set(listSupportedBackends().map((backend) => backend.name));
  if (choice === 'cpu') return ['cpu'];
  if (choice !== 'auto') {
    if (built.has(choice)) return [choice];
    throw new GessoError(
      'device/unavailable',
      `This system has no ${choice} device for ONNX Runtime (it has ${[...built].join(', ')}).`,
      'Use --device auto or --device cpu.',
    );
  }
  const preferred: SessionDevice[] =
    process.platform === 'win32'
      ? ['dml', 'webgpu']
      : process.platform === 'darwin'
        ? ['webgpu']
        : ['webgpu'];
  const hasGpu = process.platform !== 'linux' || hasLinuxGpu();
  return [...(hasGpu ? preferred.filter((device) => built.has(device)) : []), 'cpu'];
}

/** Devices that this build brings along and that can be chosen by name, the processor first. */
export function offeredDevices(): SessionDevice[] {
  const known: SessionDevice[] = ['webgpu', 'dml', 'coreml', 'cuda'];
  const bundled = new Set(
    listSupportedBackends().flatMap((backend) => (backend.bundled ? [backend.name] : [])),
  );
  return ['cpu', ...known.filter((device) => bundled.has(device))];
}

/** The version of ONNX Runtime that is loaded. */
export function runtimeVersions(): Record<string, string> {
  return { 'ONNX Runtime': env.versions.node ?? env.versions.common };
}

/** A render node of a real GPU: NVIDIA, AMD, Intel, Apple, Qualcomm, ARM; not a virtual display. */
function hasLinuxGpu(): boolean {
  const vendors = new Set(['0x10de', '0x1002', '0x8086', '0x106b', '0x5143', '0x13b5']);
  try {
    return readdirSync('/sys/class/drm')
      .filter((node) => node.startsWith('renderD'))
      .some((node) => vendors.has(readFileSync(`/sys/class/drm/${node}/device/vendor`, 'utf8').trim()));
  } catch {
    return false;
  }
}

let spared = 0;

/** Leaves so many cores to others from the next tile on: a window in use must not stutter for a batch. */
export function spareCores(cores: number): void {
  spared = cores;
}

/** Threads for one run on the processor. */
export function cpuThreads(): number {
  return Math.max(1, availableParallelism() - spared);
}
