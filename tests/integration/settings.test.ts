import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { gesso, homeWithModels, scratch } from './support/gesso.ts';
import { drawn, motif } from './support/pictures.ts';

/** No graphics card, whichever machine this is. */
const env = { VK_ICD_FILENAMES: '/nowhere', VK_DRIVER_FILES: '/nowhere' };
let home: string;
let picture: string;
beforeEach(async () => {
  home = await homeWithModels();
  picture = path.join(scratch(), 'wide.png');
  // So wide that the band of finished rows counts, and quick all the same.
  await drawn(4000, 64, 3, motif).png().toFile(picture);
});

const settle = (settings: object) =>
  writeFileSync(path.join(home, 'settings.json'), JSON.stringify({ gesso: 1, ...settings }));
const restore = async (...flags: string[]) => {
  const args = ['restore', picture, '--existing', 'overwrite', '--json', ...flags];
  const { events } = await gesso(args, { home, env });
  return events[0] as { device?: string; tiles?: number; error?: { code: string } };
};

it('the command line takes the device and the memory that are settled, unless it is told otherwise', async () => {
  const free = await restore();
  expect(free.device).toBe('cpu');
  settle({ memoryLimit: 1 });
  const limited = await restore();
  expect(limited.tiles).toBeGreaterThan(free.tiles!);
  settle({ device: 'webgpu' });
  expect((await restore()).error?.code).toBe('device/unavailable');
  expect((await restore('--device', 'cpu')).device).toBe('cpu');
});

it('every device is measured, the one that is not there says why, and the speed is remembered', async () => {
  const { code, events } = await gesso(['devices', '--json'], { home, env });
  expect(code).toBe(0);
  expect(events).toMatchObject([
    { event: 'device', device: 'cpu', model: 'span-x2', megapixelsPerSecond: expect.any(Number) },
    { event: 'device', device: 'webgpu', model: 'span-x2', error: { code: 'device/unavailable' } },
  ]);
  const speed = Number(events[0]?.megapixelsPerSecond);
  expect(speed).toBeGreaterThan(0);
  const { comparison } = JSON.parse(readFileSync(path.join(home, 'settings.json'), 'utf8'));
  expect(comparison.devices[0].speed.megapixelsPerSecond).toBe(speed);
  const missing = await gesso(['devices', '--model', 'span-x9'], { home, env });
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('span-x9 is not installed')]);
});
