import { t } from '../ui/words.ts';

const NAMED = ['cpu', 'webgpu', 'dml', 'coreml', 'cuda'] as const;

/** "Graphics (WebGPU)" for `webgpu`. */
export function deviceName(device: string): string {
  const known = NAMED.find((each) => each === device);
  return known ? t(`settings.device.names.${known}`) : device;
}
