import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import { spareCores } from '../../main/engine/inference/devices.ts';
import { SessionThread } from '../../main/engine/inference/sessions.ts';
import { FrameNetwork, type FrameNetworkOptions } from '../../main/engine/studios/interpolate/network.ts';
import { CATALOGUE } from '../../models/catalogue/index.ts';
import { convertSource } from '../../models/library/convert.ts';
import { type InstalledModel, ModelLibrary } from '../../models/library/library.ts';
import { largestDifference } from '../../models/testing/random.ts';
import { runnerOf } from '../../models/testing/run.ts';

/** RIFE 4.25, installed by the library itself, as the studio runs it: in parts, tensors kept in the session thread. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const REFERENCE = process.env.GESSO_REFERENCE ?? path.resolve(ROOT, '../shared/expected');
const MANIFEST = path.join(REFERENCE, 'tensors', 'manifest.json');

const work = mkdtempSync(path.join(tmpdir(), 'gesso-frames-'));
const run = runnerOf(ort);
const variants = path.join(work, 'variants');
const entry = new URL('../../main/engine/inference/worker.ts', import.meta.url);
// A thread has the environment that it was started in.
process.env.GESSO_VARIANTS = variants;
const sessions = new SessionThread(entry);
delete process.env.GESSO_VARIANTS;
let model: InstalledModel | undefined;
let lacking = '';

beforeAll(async () => {
  const library = new ModelLibrary({
    folder: work,
    downloads: path.join(ROOT, '.cache/downloads'),
    catalogue: CATALOGUE,
    convert: (request) => convertSource(request, run),
  });
  try {
    model = await library.install('rife-4.25');
  } catch (thrown) {
    if (!(thrown instanceof GessoError) || thrown.code !== 'model/fetch-failed') throw thrown;
    lacking = `${thrown.message} ${thrown.hint}`;
  }
});
afterAll(async () => {
  await sessions.close();
  rmSync(work, { recursive: true, force: true });
});

type Planes = Float32Array;

function open(width: number, height: number, more: Partial<FrameNetworkOptions> = {}): Promise<FrameNetwork> {
  const { file, descriptor } = model!;
  return FrameNetwork.open({ sessions, file, descriptor, width, height, device: 'cpu', ...more });
}

function prepare(network: FrameNetwork, picture: Planes) {
  const planes = network.takePlanes();
  planes.set(picture);
  return network.prepare(planes);
}

/** The frame between two pictures by a network of their own. */
async function between(network: FrameNetwork, a: Planes, b: Planes, fraction: number): Promise<Planes> {
  const [first, second] = [await prepare(network, a), await prepare(network, b)];
  const made = await network.between(first, second, fraction);
  const copy = made.slice();
  network.giveBack(made);
  first.dispose();
  second.dispose();
  return copy;
}

/** The same by the installed file as it is, in one run. */
async function whole(width: number, height: number, a: Planes, b: Planes, fraction: number): Promise<Planes> {
  const dims = [1, 3, height, width];
  const timestep = { data: Float32Array.of(fraction), dims: [1, 1, 1, 1] };
  const feeds = { frame0: { data: a, dims }, frame1: { data: b, dims }, timestep };
  return (await run(model!.file, feeds)).output!.data;
}

/** Waves and a disc on them that moves to the right and down, `step` pixels a frame. */
function scene(width: number, height: number, step: number): Planes {
  const planes = new Float32Array(3 * width * height);
  const [x0, y0] = [width / 3 + step, height / 3 + step / 2];
  for (let at = 0; at < planes.length; at += 1) {
    const [c, y, x] = [Math.floor(at / (width * height)), Math.floor(at / width) % height, at % width];
    const wave = 0.5 + 0.2 * Math.sin((x - step / 2) / 7 + c) * Math.cos((y - step / 4) / (9 + c));
    // A soft edge, so that half a pixel of way can be seen.
    const inside = Math.min(1, Math.max(0, height / 5 - Math.hypot(x - x0, y - y0)));
    planes[at] = wave * (1 - inside) + inside * [0.9, 0.3, 0.1][c]!;
  }
  return planes;
}

function psnr(a: Planes, b: Planes): number {
  const sum = a.reduce((total, value, at) => total + (value - b[at]!) ** 2, 0);
  return 10 * Math.log10(a.length / sum);
}

describe('frames between frames', () => {
  test.skipIf(!existsSync(MANIFEST))('are within 1e-3 of PyTorch', async ({ skip }) => {
    if (!model) return skip(lacking);
    const read = (name: string) =>
      new Float32Array(
        Uint8Array.from(readFileSync(path.join(REFERENCE, `tensors/rife-4.25.${name}.f32`))).buffer,
      );
    const manifest: { model: string; tensors: Record<string, { shape: number[] }> }[] = JSON.parse(
      readFileSync(MANIFEST, 'utf8'),
    );
    const [, , height, width] = manifest.find((given) => given.model === 'rife-4.25')!.tensors.frame0!
      .shape as [number, number, number, number];
    const network = await open(width, height);
    const made = await between(network, read('frame0'), read('frame1'), 0.5);
    await network.close();
    expect(largestDifference(made, read('output'))).toBeLessThan(1e-3);
  });

  test.for([
    ['of even sizes', 128, 64],
    ['of odd sizes', 117, 75],
    ['smaller than the network reaches', 33, 21],
  ] as const)(
    '%s are what the whole network makes, with features computed once a frame',
    async ([, width, height], { skip }) => {
      if (!model) return skip(lacking);
      const [a, b, c] = [0, 6, 12].map((step) => scene(width, height, step)) as [Planes, Planes, Planes];
      const network = await open(width, height);
      const frames = [
        await prepare(network, a),
        await prepare(network, b),
        await prepare(network, c),
      ] as const;
      // The middle frame is the second of one pair and the first of the next.
      for (const [from, to, x, y] of [
        [frames[0], frames[1], a, b],
        [frames[1], frames[2], b, c],
      ] as const)
        for (const fraction of [0.2, 0.5, 2 / 3]) {
          const made = await network.between(from, to, fraction);
          expect(largestDifference(made, await whole(width, height, x, y, fraction))).toBeLessThan(1e-4);
          network.giveBack(made);
        }
      for (const frame of frames) frame.dispose();
      await network.close();
      const parts = readdirSync(variants).filter((name) => name.includes(`-${width}x${height}-`));
      expect(parts.map((name) => /-(each|rest)-/.exec(name)?.[1]).sort()).toEqual(['each', 'rest']);
    },
  );

  test('are made by the whole network where its parts cannot be kept', async ({ skip }) => {
    if (!model) return skip(lacking);
    const [a, b] = [scene(96, 64, 0), scene(96, 64, 3)];
    const plain = new SessionThread(entry);
    try {
      for (const flowScale of [1, 0.5] as const) {
        const [mine, theirs] = [
          await open(96, 64, { flowScale }),
          await open(96, 64, { sessions: plain, flowScale }),
        ];
        const made = await between(theirs, a, b, 0.4);
        expect(largestDifference(made, await between(mine, a, b, 0.4))).toBeLessThan(1e-4);
        await mine.close();
      }
    } finally {
      await plain.close();
    }
  });

  test('near the first and the second are nearly those', async ({ skip }) => {
    if (!model) return skip(lacking);
    const [a, b] = [scene(192, 128, 0), scene(192, 128, 8)];
    const network = await open(192, 128);
    const [early, late] = [await between(network, a, b, 0.01), await between(network, a, b, 0.99)];
    await network.close();
    // Measured 80 and 82 dB; the frames themselves are 21 dB apart.
    expect(psnr(early, a)).toBeGreaterThan(50);
    expect(psnr(late, b)).toBeGreaterThan(50);
    expect(psnr(a, b)).toBeLessThan(25);
  });

  test('found at a half or a quarter of the resolution lie as near to the truth', async ({ skip }) => {
    if (!model) return skip(lacking);
    const [a, truth, b] = [0, 4, 8].map((step) => scene(320, 192, step)) as [Planes, Planes, Planes];
    const measured: number[] = [];
    for (const flowScale of [1, 0.5, 0.25] as const) {
      const network = await open(320, 192, { flowScale });
      expect(network.flowScale).toBe(flowScale);
      measured.push(psnr(await between(network, a, b, 0.5), truth));
      await network.close();
    }
    // Measured 49.0, 49.9 and 46.1 dB; the first frame itself is 27.1.
    const [one, half, quarter] = measured as [number, number, number];
    expect(one).toBeGreaterThan(psnr(a, truth) + 6);
    expect(half).toBeGreaterThan(one - 0.5);
    expect(quarter).toBeGreaterThan(one - 3);
  });

  test('take a smaller flow scale where the memory given is short', async ({ skip }) => {
    if (!model) return skip(lacking);
    const network = await open(320, 192, { memory: 1e6 });
    expect(network.flowScale).toBe(0.25);
    const made = await between(network, scene(320, 192, 0), scene(320, 192, 2), 0.5);
    await network.close();
    expect(psnr(made, scene(320, 192, 1))).toBeGreaterThan(30);
  });

  test.for([1, 0.5] as const)(
    'go on with other threads when cores are to be spared, at flow scale %s',
    async (flowScale, { skip }) => {
      if (!model) return skip(lacking);
      const [a, b] = [scene(96, 64, 0), scene(96, 64, 3)];
      const network = await open(96, 64, { flowScale });
      const [first, second] = [await prepare(network, a), await prepare(network, b)];
      const before = (await network.between(first, second, 0.5)).slice();
      try {
        // The second is asked for while the first runs, the third when nothing does. Other threads share the sums out
        // otherwise, how far apart is the processor's: the bound is that of the other ways to run it.
        const early = network.between(first, second, 0.5);
        spareCores(1);
        const made = [early, network.between(first, second, 0.5)];
        for (const each of await Promise.all(made))
          expect(largestDifference(each, before)).toBeLessThan(1e-4);
        spareCores(0);
        expect(largestDifference(await network.between(first, second, 0.5), before)).toBeLessThan(1e-4);
      } finally {
        spareCores(0);
      }
      await network.close();
    },
  );

  test('leave the memory flat over many pairs', async ({ skip }) => {
    if (!model) return skip(lacking);
    const rssAnon = () =>
      Number(readFileSync('/proc/self/status', 'utf8').match(/RssAnon:\s+(\d+)/)?.[1]) / 1024;
    if (process.platform !== 'linux') return skip('RssAnon is read from /proc, which only Linux has');
    const [width, height] = [320, 192];
    const pictures = [0, 3, 6, 9].map((step) => scene(width, height, step));
    const network = await open(width, height);
    let last = await prepare(network, pictures[0]!);
    let settled = 0;
    for (let pair = 1; pair <= 150; pair += 1) {
      const next = await prepare(network, pictures[pair % pictures.length]!);
      network.giveBack(await network.between(last, next, 0.5));
      last.dispose();
      last = next;
      if (pair === 50) settled = rssAnon();
    }
    const grown = rssAnon() - settled;
    last.dispose();
    await network.close();
    // Measured under 1 MiB. A leak of the features of a frame (2.4 MiB) would add 240 in these 100 pairs, one of its
    // planes alone 70.
    expect(grown).toBeLessThan(30);
  });
});
