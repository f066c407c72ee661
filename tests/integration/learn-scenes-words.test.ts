import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Camera } from '../../main/engine/studios/learn/scene/camera.ts';
import { turntableCameras } from '../../main/engine/studios/learn/scene/read-cameras.ts';
import { drawSample, sampleCameras } from '../../main/engine/studios/learn/scene/sample-scene.ts';
import { seeClip } from './support/clips.ts';
import { engine } from './support/engine.ts';
import { gesso, scratch } from './support/gesso.ts';

const SIZE = 32;
const home = scratch('gesso-home');
const run = (args: string[]) => gesso(args, { home });

/** The record of something learnt. */
async function record(id: string) {
  const { events } = await run(['models', 'info', id, '--json']);
  return events[0] as {
    shape: Record<string, unknown>;
    learnt: { figures: Record<string, number>; notes: string[]; steps: number };
  };
}

/** A folder of views of the sample; with `transforms.json` beside them, or without. */
async function scene(cameras: readonly Camera[], withCameras: boolean): Promise<string> {
  const folder = scratch('scene');
  mkdirSync(path.join(folder, 'train'));
  const frames = [];
  for (const [at, camera] of cameras.entries()) {
    const stem = `train/r_${String(at).padStart(2, '0')}`;
    const raw = { width: SIZE, height: SIZE, channels: 3 } as const;
    await sharp(drawSample(camera, SIZE), { raw })
      .png()
      .toFile(path.join(folder, `${stem}.png`));
    const { right, up, back, position } = camera;
    const rows = [0, 1, 2].map((axis) => [right[axis], up[axis], back[axis], position[axis]]);
    frames.push({ file_path: `./${stem}`, transform_matrix: [...rows, [0, 0, 0, 1]] });
  }
  const angle = 2 * Math.atan(0.5 / cameras[0]!.focal);
  if (withCameras)
    writeFileSync(path.join(folder, 'transforms.json'), JSON.stringify({ camera_angle_x: angle, frames }));
  return folder;
}

const largest = (a: Buffer, b: Buffer) =>
  a.reduce((most, byte, at) => Math.max(most, Math.abs(byte - b[at]!)), a.length === b.length ? 0 : 255);

async function failure(args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run([...args, '--json']);
  expect(code, stdout + stderr).not.toBe(0);
  return stdout + stderr;
}

describe('a scene from views', () => {
  let folder: string;
  let id: string;
  beforeAll(async () => {
    folder = await scene(sampleCameras(32), true);
    const { events, stderr } = await run([
      'learn',
      'nerf',
      folder,
      '--size',
      '32',
      '--steps',
      '120',
      '--name',
      'Tiny scene',
      '--json',
    ]);
    expect(events.at(-1), stderr).toMatchObject({ event: 'summary', done: 1, failed: 0 });
    id = String(events.find(({ event }) => event === 'item')!.model);
  });

  it('shows views that were held out better than the nearest view does', async () => {
    const { learnt } = await record(id);
    expect(learnt.figures).toMatchObject({ views: 32, heldOut: 4 });
    expect(learnt.figures.decibel).toBeGreaterThan(18);
    expect(learnt.figures.decibel! - learnt.figures.nearestDecibel!).toBeGreaterThan(3);
  });

  it('is walked round as a sheet and as a clip, and gives depths and points', async () => {
    const out = scratch();
    const use = async (...args: string[]) => {
      const { events, stderr } = await run(['learn', 'use', id, ...args, '--out', out, '--json']);
      expect(events.at(-1), stderr).toMatchObject({ event: 'used' });
      return (events.at(-1) as { outputs: string[] }).outputs;
    };
    const [sheet] = await use('orbit', '--count', '4');
    expect(await sharp(sheet).metadata()).toMatchObject({ width: 4 * 2 * SIZE, height: 2 * SIZE });
    const [clip] = await use('orbit', '--seconds', '0.5');
    expect((await seeClip(clip!)).video.pts).toHaveLength(10);
    const depths = await use('depth', '--count', '2');
    expect(depths).toHaveLength(2);
    const { channels } = await sharp(depths[0]).stats();
    expect(channels[0]!.min).toBe(0);
    expect(channels[0]!.max).toBeGreaterThan(100);
    const [points] = await use('points', '--count', '6');
    const text = readFileSync(points!).toString('latin1', 0, 400);
    expect(Number(/element vertex (\d+)/.exec(text)?.[1])).toBeGreaterThan(200);
  });

  it('is looked at from anywhere: soon small, then as an orbit draws it, and let go of', async () => {
    const out = scratch();
    const lookedAt = path.join(home, 'models/learnt', id);
    const model = JSON.parse(readFileSync(path.join(lookedAt, 'learnt.json'), 'utf8'));
    const learnt = { model, folder: lookedAt };
    const host = engine('pictures');
    try {
      const look = async (around: number, within?: number) => {
        const target = path.join(out, `${around}-${within}.png`);
        const told = await host.call('learn.look', { learnt, around, higher: 0, within, target });
        return { ...told, target };
      };
      const quick = await look(180, 1);
      expect(quick).toMatchObject({ side: 32, isWhole: false });
      expect(await sharp(quick.target).metadata()).toMatchObject({ width: 32, height: 32 });
      const whole = await look(180);
      expect(whole).toMatchObject({ side: 2 * SIZE, isWhole: true });
      await run(['learn', 'use', id, 'orbit', '--count', '2', '--out', out]);
      const half = { left: 2 * SIZE, top: 0, width: 2 * SIZE, height: 2 * SIZE };
      const orbited = await sharp(path.join(out, 'orbit.png')).extract(half).removeAlpha().raw().toBuffer();
      const seen = await sharp(whole.target).removeAlpha().raw().toBuffer();
      expect(largest(orbited, seen)).toBeLessThanOrEqual(1);
      const other = await look(90);
      expect(largest(seen, await sharp(other.target).removeAlpha().raw().toBuffer())).toBeGreaterThan(50);
      await host.call('learn.lookAway', undefined);
      // What was let go of opens again.
      expect(await look(0)).toMatchObject({ isWhole: true });
    } finally {
      host.close();
    }
  });

  it('is learnt from a turntable, and says what it takes for granted', async () => {
    const table = await scene(turntableCameras(8), false);
    const { events } = await run([
      'learn',
      'nerf',
      table,
      '--size',
      '32',
      '--steps',
      '5',
      '--name',
      'Table',
      '--json',
    ]);
    expect(events.at(-1)).toMatchObject({ done: 1 });
    const { learnt } = await record('table');
    expect(learnt.notes.join()).toMatch(/turntable of 8 pictures, 45 degrees apart/);
  });

  it('is refused by name where cameras and pictures do not match', async () => {
    const broken = await scene(sampleCameras(6), true);
    const file = path.join(broken, 'transforms.json');
    const told = JSON.parse(readFileSync(file, 'utf8'));
    told.frames[2].file_path = './train/r_99';
    writeFileSync(file, JSON.stringify(told));
    expect(await failure(['learn', 'nerf', broken, '--steps', '1'])).toContain('r_99');
    told.frames[2].file_path = './train/r_02';
    told.frames[3].transform_matrix[0] = [9, 9, 9, 9];
    writeFileSync(file, JSON.stringify(told));
    expect(await failure(['learn', 'nerf', broken, '--steps', '1'])).toContain('no rigid transform');
    told.frames.length = 1;
    writeFileSync(file, JSON.stringify(told));
    expect(await failure(['learn', 'nerf', broken, '--steps', '1'])).toContain('one view');
    const single = path.join(folder, 'train/r_00.png');
    expect(await failure(['learn', 'nerf', single, '--steps', '1'])).toContain('one picture');
  });
});

describe('words', () => {
  const colours = ['red', 'blue', 'green', 'yellow', 'white', 'grey'];
  const things = ['barn', 'boat', 'fox', 'lighthouse', 'bicycle', 'garden'];
  const places = ['at dawn', 'in the rain', 'by the sea', 'under snow', 'on a hill'];
  const captions = colours.flatMap((colour) =>
    things.flatMap((thing) => places.map((place) => `A ${colour} ${thing} ${place}`)),
  );

  it('foresee captions better than mere frequencies do, and go on with them', async () => {
    const file = path.join(scratch(), 'captions.txt');
    // In an order in which every tenth is of all kinds.
    const mixed = captions.map((_, at) => captions[(at * 77) % captions.length]);
    writeFileSync(file, mixed.join('\n'));
    const { events, stderr } = await run([
      'learn',
      'words',
      file,
      '--steps',
      '150',
      '--name',
      'Captions',
      '--json',
    ]);
    expect(events.at(-1), stderr).toMatchObject({ done: 1 });
    const { learnt, shape } = await record('captions');
    expect(shape).toMatchObject({ model: 'lstm' });
    expect(learnt.figures.perplexity).toBeLessThan(learnt.figures.unigramPerplexity! / 2);
    const suggest = async (...args: string[]) => {
      const made = await run(['learn', 'use', 'captions', 'suggest', ...args, '--json']);
      return made.events.at(-1) as { found: { what: string; score: number }[]; notes: string[] };
    };
    const { found } = await suggest('A red f', '--count', '3', '--seed', '4');
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ what }) => what)).size).toBe(found.length);
    for (const { what } of found) expect(what.startsWith('A red f')).toBe(true);
    expect(found.map(({ score }) => score)).toEqual(
      found.map(({ score }) => score).toSorted((a, b) => b - a),
    );
    expect((await suggest('A red f', '--count', '3', '--seed', '4')).found).toEqual(found);
    const strange = await suggest('Ω red');
    expect(strange.notes.join()).toContain('Ω');
    expect(strange.found.length).toBeGreaterThan(0);
  });

  it('are titles where a folder holds pictures', async () => {
    const folder = scratch();
    const pixel = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    for (const caption of captions.slice(0, 40))
      writeFileSync(path.join(folder, `${caption.replaceAll(' ', '_')}.png`), pixel);
    const { events } = await run(['learn', 'words', folder, '--steps', '2', '--name', 'Titles', '--json']);
    expect(events.at(-1)).toMatchObject({ done: 1 });
    expect((await record('titles')).learnt.figures.lines).toBe(40);
  });

  it('are refused where there is no text, too little of it, or none that is one', async () => {
    const folder = scratch();
    const write = (name: string, content: string | Buffer) => {
      writeFileSync(path.join(folder, name), content);
      return path.join(folder, name);
    };
    expect(await failure(['learn', 'words', write('empty.txt', '\n \n')])).toContain('no text in it');
    expect(await failure(['learn', 'words', write('short.txt', 'A red barn\n')])).toMatch(/at least 500/);
    const binary = write('binary.txt', Buffer.from([0, 255, 254, 1, 2, 3]));
    expect(await failure(['learn', 'words', binary])).toContain('binary.txt is no text');
    const program = write('program.bin', Buffer.from([127, 69, 76, 70, 0, 0]));
    expect(await failure(['learn', 'words', program])).toContain('program.bin is no text');
    expect(existsSync(path.join(home, 'models/learnt/short-words'))).toBe(false);
  });
});
