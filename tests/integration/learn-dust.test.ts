import { mkdirSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { drawDust, drawGrain, maskFigures } from '../../models/testing/dust.ts';
import { gesso, sample, scratch } from './support/gesso.ts';
import { pixels } from './support/pictures.ts';

/** Of pixels under a mask, decibels. */
function psnrUnder(mask: Uint8Array, a: Uint8Array, b: Uint8Array): number {
  let [sum, count] = [0, 0];
  for (const [at, is] of mask.entries()) {
    if (!is) continue;
    for (let c = 0; c < 3; c++) sum += (a[3 * at + c]! - b[3 * at + c]!) ** 2;
    count += 3;
  }
  return 10 * Math.log10((255 ** 2 * count) / sum);
}

const [WIDTH, HEIGHT] = [240, 180];
let home: string;
let model: string;
beforeAll(async () => {
  home = scratch('gesso-dust');
  const squares = path.join(scratch(), 'squares');
  mkdirSync(squares);
  for (let at = 0; at < 24; at++)
    await sharp(sample('rocket.jpg'))
      .extract({ left: 90 * (at % 6), top: 80 * Math.floor(at / 6), width: 64, height: 64 })
      .png()
      .toFile(path.join(squares, `${at}.png`));
  const learnt = await gesso(['learn', 'vae', squares, '--steps', '4', '--json'], { home });
  expect(learnt.code, learnt.stderr).toBe(0);
  model = String(learnt.events.find(({ event }) => event === 'item')!.model);
});

it('dust and scratches of a scan become a mask, and the mask repairs it', async () => {
  const folder = scratch();
  const clean = await sharp(sample('chelsea.png'))
    .extract({ left: 0, top: 60, width: WIDTH, height: HEIGHT })
    .removeAlpha()
    .raw()
    .toBuffer();
  const grainy = drawGrain(new Uint8Array(clean), 4, 5);
  const { data, mask } = drawDust({ width: WIDTH, height: HEIGHT, data: grainy }, 3);
  const file = path.join(folder, 'scan.png');
  await sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .png()
    .toFile(file);

  // A quarter of what it learns as a rule; for its figures in full see `npm run bench -- learn`.
  const args = ['learn', 'use', model, 'unusual', file, '--count', '300', '--out', folder, '--json'];
  const used = await gesso(args, { home });
  expect(used.code, used.stderr).toBe(0);
  const { outputs, notes } = used.events[0] as unknown as { outputs: string[]; notes: string[] };
  expect(outputs.map((output) => path.basename(output))).toEqual(['scan_mask.png', 'scan_unusual.png']);
  expect(notes.join(' ')).toMatch(/cover [0-9.]+ %/);
  const found = await pixels(outputs[0]!);
  expect([found.width, found.height]).toEqual([WIDTH, HEIGHT]);
  const covered = Uint8Array.from(mask, (_, at) => (found.data[at * found.channels]! > 127 ? 1 : 0));
  const { precision, recall } = maskFigures(covered, mask, WIDTH);
  expect(precision).toBeGreaterThanOrEqual(0.7);
  expect(recall).toBeGreaterThanOrEqual(0.7);

  const repaired = await gesso(['learn', 'denoise', file, '--mask', outputs[0]!, '--steps', '20', '--json'], {
    home,
  });
  expect(repaired.code, repaired.stderr).toBe(0);
  const output = String(repaired.events.find(({ event }) => event === 'item')!.output);
  const made = await pixels(output);
  const before = psnrUnder(mask, data, new Uint8Array(clean));
  expect(psnrUnder(mask, made.data, new Uint8Array(clean)) - before).toBeGreaterThan(3);
});

it('says in words what it cannot look at', async () => {
  const { code, stderr } = await gesso(['learn', 'use', model, 'unusual', '--json'], { home });
  expect(code).not.toBe(0);
  expect(stderr).toContain('needs a picture');
});
