import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openWorkshop } from '../../main/jobs/workshop.ts';
import { BUNDLES, gesso, homeWithModels, scratch } from './support/gesso.ts';
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

afterEach(() => void vi.unstubAllEnvs());

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

it('is settled on the command line, too, and wrong values are refused by name', async () => {
  const run = (...flags: string[]) => gesso(['settings', ...flags, '--json'], { home });
  const set = await run('--device', 'cpu', '--memory', '2.5');
  expect(set.events).toEqual([{ event: 'settings', device: 'cpu', memoryLimit: 2.5 }]);
  expect((await run('--memory', 'auto')).events).toMatchObject([{ device: 'cpu', memoryLimit: 'auto' }]);
  const wrong = await run('--memory', 'much');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('memoryLimit')]);
  expect((await run()).events).toMatchObject([{ device: 'cpu', memoryLimit: 'auto' }]);
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

it.skipIf(process.platform !== 'linux')(
  'another limit of memory is another engine, at the next call',
  async () => {
    vi.stubEnv('GESSO_HOME', home);
    const workshop = openWorkshop({ node: process.execPath, bundles: BUNDLES });
    const { settings, host } = workshop;
    const limit = async () => {
      const { pid } = await host.call('engine.hello', undefined);
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      return [pid, environment.find((each) => each.startsWith('GESSO_MEMORY_LIMIT='))];
    };
    try {
      const [first, none] = await limit();
      expect(none).toBeUndefined();
      settings.change({ device: 'cpu' });
      expect(await limit()).toEqual([first, undefined]);
      settings.change({ memoryLimit: 2 });
      const [second, two] = await limit();
      expect(two).toBe('GESSO_MEMORY_LIMIT=2000000000');
      expect(second).not.toBe(first);
    } finally {
      workshop.close();
    }
  },
);
