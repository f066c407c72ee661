import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { gesso, homeWithModels, ROOT, sample, scratch } from './support/gesso.ts';
import { largestDifference, pixels } from './support/pictures.ts';

/** The folder of an Electron that carries SwiftShader, a Vulkan device in software. */
function swiftShader(): string | undefined {
  const cached = path.join(ROOT, '.cache/electron');
  const folders = existsSync(cached) ? readdirSync(cached).map((version) => path.join(cached, version)) : [];
  return [...folders, path.join(ROOT, 'node_modules/electron/dist')].find((folder) =>
    existsSync(path.join(folder, 'vk_swiftshader_icd.json')),
  );
}

describe('--device webgpu', () => {
  it('agrees with cpu within 2 of 255, on SwiftShader', async (test) => {
    const folder = swiftShader();
    if (!folder || process.platform !== 'linux')
      return test.skip('needs the SwiftShader of an Electron for Linux');
    const home = await homeWithModels();
    const out = scratch();
    const input = path.join(out, 'eye.png');
    await sharp(sample('chelsea.png'))
      .extract({ left: 140, top: 90, width: 30, height: 24 })
      .png()
      .toFile(input);
    const env = { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: path.join(folder, 'vk_swiftshader_icd.json') };
    const made: Uint8Array[] = [];
    const variants = path.join(home, 'cache/variants');
    for (const device of ['webgpu', 'cpu']) {
      const args = ['restore', input, '--device', device, '--tile', '64', '--name', device, '--json'];
      const { code, events, stderr } = await gesso(args, { home, env });
      expect([code, stderr]).toEqual([0, '']);
      expect(events[0]).toMatchObject({ device });
      made.push((await pixels(String(events[0]?.output))).data);
    }
    expect(largestDifference(made[0]!, made[1]!)).toBeLessThanOrEqual(2);
    // The device got the network for one shape of tile, after a trial that settled how its products compute.
    const there = readdirSync(variants).map((name) => name.replace(/^[0-9a-f]{64}-/, ''));
    expect(there).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^\d+x\d+-fp32-v1\.onnx$/),
        expect.stringMatching(/^webgpu-v1\.txt$/),
      ]),
    );
    const { code } = await gesso(['models', 'remove', 'span-x2'], { home });
    expect([code, readdirSync(variants)]).toEqual([0, []]);
  });

  it('that is not there is a typed error; auto takes the processor', async () => {
    const home = await homeWithModels();
    const input = path.join(scratch(), 'a.png');
    await sharp(sample('chelsea.png')).resize(20).png().toFile(input);
    const named = await gesso(['restore', input, '--device', 'webgpu', '--json'], {
      home,
      env: { VK_ICD_FILENAMES: '/nowhere', VK_DRIVER_FILES: '/nowhere' },
    });
    expect(named.code).toBe(1);
    expect(named.events[0]).toMatchObject({ error: { code: 'device/unavailable' } });
    const auto = await gesso(['restore', input, '--json'], { home });
    expect(auto.events[0]).toMatchObject({ device: 'cpu' });
  });
});
