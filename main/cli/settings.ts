import { settingsPatch } from '../../contract/settings.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { parseOrExplain } from './usage.ts';

export interface SettingsFlags {
  device?: string;
  memory?: string;
  json?: boolean;
}

/** `gesso settings`: changes what is named, then says what holds for the window and for `gesso` alike. */
export function settle({ settings }: Workshop, { device, memory, json }: SettingsFlags): void {
  const memoryLimit = memory === undefined || memory === 'auto' ? memory : Number(memory);
  const patch = parseOrExplain(
    settingsPatch.pick({ device: true, memoryLimit: true }),
    { ...(device !== undefined && { device }), ...(memoryLimit !== undefined && { memoryLimit }) },
    'usage/invalid',
    'See `gesso settings --help`.',
  );
  if (patch.device !== undefined) settings.change({ device: patch.device });
  if (patch.memoryLimit !== undefined) settings.change({ memoryLimit: patch.memoryLimit });
  const now = settings.values;
  const limit = now.memoryLimit === 'auto' ? 'auto' : `${now.memoryLimit} GB`;
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: 'settings', device: now.device, memoryLimit: now.memoryLimit })}\n`
      : `device\t${now.device}\nmemory\t${limit}\n`,
  );
}
