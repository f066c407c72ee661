import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { gesso, homeWithModels, sample, scratch } from './support/gesso.ts';
import { drawn, largestDifference, motif, pixels } from './support/pictures.ts';

let home: string;
beforeAll(async () => {
  home = await homeWithModels();
});

/** Restores one file with --json and returns its item event. */
async function restoreOne(file: string, ...args: string[]): Promise<Record<string, unknown>> {
  const { events, stderr } = await gesso(['restore', file, '--json', ...args], { home });
  const item = events.find(({ event }) => event === 'item');
  if (!item) throw new Error(`no item: ${stderr}`);
  return item;
}

describe('gesso restore', () => {
  it('doubles a photograph beside it and says what it did', async () => {
    const folder = scratch();
    const input = path.join(folder, 'chelsea.png');
    await sharp(sample('chelsea.png')).toFile(input);
    const { code, events, stdout } = await gesso(['restore', 'chelsea.png', '--json'], { home, cwd: folder });
    expect(code).toBe(0);
    expect(events.map(({ event }) => event)).toEqual(['item', 'summary']);
    const [item, summary] = events;
    expect(item).toMatchObject({
      input,
      output: path.join(folder, 'chelsea_span-x2.png'),
      model: 'span-x2',
      device: 'cpu',
      width: 902,
      height: 600,
    });
    expect(item?.tiles).toBeGreaterThan(0);
    expect(item?.seconds).toBeGreaterThan(0);
    expect(summary).toEqual({ event: 'summary', done: 1, failed: 0, skipped: 0 });
    expect(stdout.trim().split('\n')).toHaveLength(2);
    expect(readdirSync(folder).sort()).toEqual(['chelsea.png', 'chelsea_span-x2.png']);
  });

  it('tells apart what exists: skip, rename, overwrite', async () => {
    const folder = scratch();
    await drawn(20, 16, 3, motif).png().toFile(path.join(folder, 'a.png'));
    const input = path.join(folder, 'a.png');
    const first = await restoreOne(input);
    expect(await restoreOne(input)).toMatchObject({ skipped: true, output: first.output });
    const renamed = await restoreOne(input, '--existing', 'rename');
    expect(renamed.output).toBe(path.join(folder, 'a_span-x2_2.png'));
    writeFileSync(String(first.output), 'mine');
    const again = await restoreOne(input, '--existing', 'overwrite');
    expect(again.output).toBe(first.output);
    expect((await sharp(String(again.output)).metadata()).width).toBe(40);
  });

  it('never writes over the input, whatever the name', async () => {
    const folder = scratch();
    const input = path.join(folder, 'a.png');
    await drawn(20, 16, 3, motif).png().toFile(input);
    const before = (await pixels(input)).data;
    const item = await restoreOne(input, '--name', '{name}', '--existing', 'overwrite');
    expect(item.output).not.toBe(input);
    expect((await pixels(input)).data).toEqual(before);
  });

  it('tells two inputs with one output apart by their extension', async () => {
    const folder = scratch();
    await drawn(20, 16, 3, motif).png().toFile(path.join(folder, 'a.png'));
    await drawn(20, 16, 3, motif).webp().toFile(path.join(folder, 'a.webp'));
    const { events } = await gesso(['restore', folder, '--json', '--format', 'png'], { home });
    expect(events.slice(0, 2).map(({ output }) => path.basename(String(output)))).toEqual([
      'a_span-x2_png.png',
      'a_span-x2_webp.png',
    ]);
    const same = await gesso(
      ['restore', folder, path.join(folder, 'a.png'), '--json', '--name', 'x', '--format', 'png'],
      { home },
    );
    expect(same.events.at(-1)).toMatchObject({ done: 2, failed: 0 });
    expect(readdirSync(folder).filter((name) => name.startsWith('x'))).toHaveLength(2);
  });

  it('takes folders, trees and globs, and keeps the tree under --out', async () => {
    const folder = scratch();
    mkdirSync(path.join(folder, 'in/deep'), { recursive: true });
    await drawn(20, 16, 3, motif).png().toFile(path.join(folder, 'in/a.png'));
    await drawn(20, 16, 3, motif).png().toFile(path.join(folder, 'in/deep/b.png'));
    writeFileSync(path.join(folder, 'in/notes.txt'), 'no picture');
    const flat = await gesso(['restore', 'in', '--out', 'flat', '--json'], { home, cwd: folder });
    expect(flat.events.at(-1)).toMatchObject({ done: 1 });
    const tree = await gesso(['restore', 'in', '--out', 'tree', '--recursive', '--json'], {
      home,
      cwd: folder,
    });
    expect(tree.events.at(-1)).toMatchObject({ done: 2 });
    expect(existsSync(path.join(folder, 'tree/deep/b_span-x2.png'))).toBe(true);
    const globbed = await gesso(['restore', 'in/**/*.png', '--out', 'globbed', '--json'], {
      home,
      cwd: folder,
    });
    expect(globbed.events.at(-1)).toMatchObject({ done: 2 });
  });

  it('does not offer its own results again when a folder is restored twice', async () => {
    const folder = scratch();
    await drawn(20, 16, 3, motif).png().toFile(path.join(folder, 'a.png'));
    await gesso(['restore', folder], { home });
    const { events } = await gesso(['restore', folder, '--json'], { home });
    expect(events.at(-1)).toEqual({ event: 'summary', done: 0, failed: 0, skipped: 1 });
  });

  it('fills the name template', async () => {
    const folder = scratch();
    await drawn(20, 16, 3, motif).png().toFile(path.join(folder, 'a.png'));
    const item = await restoreOne(
      path.join(folder, 'a.png'),
      '--name',
      '{index}-{name}-x{scale}-{model}-{date}',
      '--scale',
      '4',
    );
    expect(path.basename(String(item.output))).toMatch(/^1-a-x4-span-x4-\d{4}-\d\d-\d\d\.png$/);
  });

  it('reaches every scale: 3 by reduction, 8 by two passes', async () => {
    const folder = scratch();
    const input = path.join(folder, 'a.png');
    await drawn(31, 17, 3, motif).png().toFile(input);
    for (const scale of [2, 3, 4, 8]) {
      const item = await restoreOne(input, '--scale', String(scale), '--name', `s${scale}`);
      expect(item).toMatchObject({
        width: 31 * scale,
        height: 17 * scale,
        model: scale === 2 ? 'span-x2' : 'span-x4',
      });
    }
    const named = await restoreOne(input, '--model', 'span-x4', '--name', 'own');
    expect(named).toMatchObject({ width: 124, height: 68, model: 'span-x4' });
    const reduced = await restoreOne(input, '--model', 'span-x4', '--scale', '2', '--name', 'reduced');
    expect(reduced).toMatchObject({ width: 62, height: 34, model: 'span-x4' });
  });

  it('mixes with a plain enlargement by strength', async () => {
    const folder = scratch();
    const input = path.join(folder, 'a.png');
    await drawn(40, 30, 3, motif).png().toFile(input);
    const made = new Map<number, Uint8Array>();
    for (const strength of [0, 0.5, 1]) {
      const item = await restoreOne(input, '--strength', String(strength), '--name', `s${strength}`);
      made.set(strength, (await pixels(String(item.output))).data);
    }
    const mean = made.get(0)!.map((v, i) => Math.round((v + made.get(1)![i]!) / 2));
    expect(largestDifference(mean, made.get(0.5)!)).toBeLessThanOrEqual(1);
    expect(largestDifference(made.get(0)!, made.get(1)!)).toBeGreaterThan(8);
  });

  it('says what is wrong with the command and exits 2', async () => {
    for (const args of [
      ['restore'],
      ['restore', 'x.png', '--scale', '5'],
      ['restore', 'x.png', '--strength', '2'],
      ['restore', 'x.png', '--quality', 'high'],
      ['restore', 'x.png', '--format', 'bmp'],
      ['restore', 'x.png', '--name', '{nam}'],
      ['restore', 'x.png', '--name', 'a/b'],
      ['restore', 'x.png', '--tile', '7'],
      ['restore', 'x.png', '--nonsense'],
      ['paint', 'x.png'],
    ]) {
      const { code, stdout, stderr } = await gesso(args, { home });
      expect([args.join(' '), code, stdout]).toEqual([args.join(' '), 2, '']);
      expect(stderr.length).toBeGreaterThan(10);
    }
  });

  it('restores a link to a picture, into the place where the link stands', async () => {
    const folder = scratch();
    symlinkSync(sample('chelsea.png'), path.join(folder, 'link.png'));
    const item = await restoreOne(path.join(folder, 'link.png'));
    expect(item.output).toBe(path.join(folder, 'link_span-x2.png'));
  });
});
