import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { EngineHost } from '../../../main/engine/host/host.ts';
import { launchEngine } from '../../../main/engine/host/launch.ts';
import { planBlocks } from '../../../main/engine/inference/block-plan.ts';
import type { InstalledModel } from '../../../models/library/library.ts';
import type { Bare } from '../bare.bench.ts';
import { BUNDLES, type Gesso } from '../support/engine.ts';
import type { Figures } from '../support/figures.ts';
import { best, interleave, timed } from '../support/interleave.ts';
import { cut, type Picture, photograph, writePng } from '../support/pictures.ts';
import { Program } from '../support/program.ts';
import { withStudio } from './studio.ts';

const VIEW = { x: 0, y: 0, width: 1200, height: 800 };
/** What a preview of that view may cost beyond the network's own time; milliseconds. */
const ALLOWED_MS = 300;

/** The default model on what is in sight: how soon, and at what cost beside the bare session. */
export async function preview(gesso: Gesso, figures: Figures, quick: boolean): Promise<void> {
  const model = await gesso.model('span-x2');
  const picture = await tiledUp(await photograph('coffee.png'), VIEW.width, VIEW.height);
  const input = await writePng(picture, path.join(gesso.folder, 'view.png'));
  await againstBare(gesso, figures, quick, { model, picture, input });
  await besideBatch(gesso, figures, { model, input });
  await inTheWindow(figures, quick, input);
}

interface Case {
  model: InstalledModel;
  input: string;
}

/** An engine as the window has one for previews. */
function previewer(): EngineHost {
  return new EngineHost({
    launch: () =>
      launchEngine({
        node: process.execPath,
        entry: path.join(BUNDLES, 'engine.js'),
        role: 'pictures',
        onLog: (line) => process.stderr.write(`engine: ${line}\n`),
      }),
    cancelGrace: 500,
  });
}

async function decoded(host: EngineHost, gesso: Gesso, input: string): Promise<string> {
  const folder = path.join(gesso.folder, 'levels');
  await host.call('picture.decode', { file: input, folder });
  mkdirSync(path.join(gesso.folder, 'pieces'), { recursive: true });
  return path.join(folder, '0.v');
}

async function run(
  host: EngineHost,
  gesso: Gesso,
  { model, input }: Case,
  options: { decoded: string; signal?: AbortSignal; onFirst?(): void },
) {
  const begun = performance.now();
  let first: number | undefined;
  const made = await host.call(
    'preview.run',
    {
      input,
      decoded: options.decoded,
      work: path.join(gesso.folder, 'preview'),
      folder: path.join(gesso.folder, 'pieces'),
      region: VIEW,
      skip: [],
      steps: [
        {
          passes: [{ file: model.file, descriptor: model.descriptor }],
          scale: model.descriptor.scale,
          strength: 1,
        },
      ],
      device: 'cpu',
      tileMemory: {},
      display: 'srgb',
    },
    {
      ...(options.signal && { signal: options.signal }),
      onEvent: () => {
        first ??= performance.now() - begun;
        options.onFirst?.();
      },
    },
  );
  return { ...made, first: first ?? Number.NaN, wall: performance.now() - begun };
}

async function againstBare(
  gesso: Gesso,
  figures: Figures,
  quick: boolean,
  given: Case & { picture: Picture },
): Promise<void> {
  const { model, picture } = given;
  const host = previewer();
  const bare = new Program<Bare>('bare');
  try {
    const file = await decoded(host, gesso, given.input);
    await host.call('preview.warm', { passes: [model], device: 'cpu' });
    const { tile } = await run(host, gesso, given, { decoded: file });
    const blocks = planBlocks(picture, VIEW, { ...model.descriptor, tile, fixedShape: false });
    const tiles = blocks.map(({ crop, plan: { columns, rows } }) => {
      const [across, down] = [columns.spans[0]!, rows.spans[0]!];
      return cut(picture, crop.x + across.start, crop.y + down.start, columns.shape, rows.shape);
    });
    const { columns, rows } = blocks[0]!.plan;
    const dims = [1, 3, rows.shape, columns.shape];
    await bare.ask('open', { file: model.file, threads: availableParallelism(), tiles, dims });
    const runs = await interleave(quick ? 2 : 5, {
      preview: () => run(host, gesso, given, { decoded: file }),
      bare: () => bare.ask('pass', null),
    });
    const whole = best(runs.preview, ({ wall }) => wall);
    const alone = best(runs.bare, (ms) => ms);
    const first = best(runs.preview, ({ first: ms }) => ms).first;
    figures.heading(
      `Preview of 1200 x 800 pixels with ${model.descriptor.id}: ${blocks.length} tiles of ${tile}`,
    );
    figures.add('first tile of a preview', first, 'ms', { bound: ['<=', 400] });
    figures.add('whole preview', whole.wall, 'ms');
    figures.add('bare session, the same tiles', alone, 'ms');
    figures.add('(preview less 0.3 s) / bare session', (whole.wall - ALLOWED_MS) / alone, '', {
      bound: ['<=', 1.3],
    });
    figures.add('preview / bare session', whole.wall / alone, '');
  } finally {
    host.close();
    bare.close();
  }
}

/** While another engine restores, at the priority of a batch. */
async function besideBatch(gesso: Gesso, figures: Figures, given: Case): Promise<void> {
  figures.heading('Preview beside a batch that takes every core');
  let isOver = false;
  const batch = (async () => {
    while (!isOver) await gesso.restore(given.input, given.model);
  })();
  const host = previewer();
  try {
    const start = await timed(() => host.call('preview.warm', { passes: [given.model], device: 'cpu' }));
    figures.add('engine started and model loaded', start, 'ms', { bound: ['<=', 500] });
    const file = await decoded(host, gesso, given.input);
    const made = await run(host, gesso, given, { decoded: file });
    figures.add('first tile beside a batch', made.first, 'ms');
    await dropped(gesso, figures, 'a fast model', given, host, file);
    const slow = await gesso.model('realesrgan-x4plus');
    await dropped(gesso, figures, 'a slow model', { ...given, model: slow }, host, file);
  } finally {
    isOver = true;
    await batch;
    host.close();
  }
}

/** A slider was moved: how long the old preview still holds its engine. */
async function dropped(
  gesso: Gesso,
  figures: Figures,
  what: string,
  given: Case,
  host: EngineHost,
  file: string,
): Promise<void> {
  const abort = new AbortController();
  let cancelled = 0;
  const cancel = () => {
    cancelled ||= performance.now();
    abort.abort();
  };
  // In the middle of a tile: the slow model's first takes seconds.
  const later = setTimeout(cancel, 1500);
  await run(host, gesso, given, { decoded: file, signal: abort.signal, onFirst: cancel }).catch(() => {});
  clearTimeout(later);
  figures.add(`old preview dropped, ${what}`, performance.now() - cancelled, 'ms', { bound: ['<=', 700] });
}

/** From the key to the first block on the canvas, with everything that lies between. */
async function inTheWindow(figures: Figures, quick: boolean, input: string): Promise<void> {
  figures.heading('Preview in the window');
  const times = await withStudio([input], async ({ page }) => {
    await page.locator('.canvas-tag').first().waitFor();
    // The model is loaded ahead.
    await page.waitForTimeout(2000);
    await page.locator('.canvas-area').focus();
    const taken: number[] = [];
    for (let round = 0; round < (quick ? 2 : 5); round++) taken.push(await firstBlock(page));
    return taken;
  });
  figures.add('from the key to the first tile on the canvas', Math.min(...times), 'ms', {
    bound: ['<=', 400],
  });
}

async function firstBlock(page: Page): Promise<number> {
  const seen = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let begun = 0;
        addEventListener('keydown', () => (begun = performance.now()), { once: true, capture: true });
        const observer = new MutationObserver(() => {
          const bar = document.querySelector('.canvas-chip [role="progressbar"]');
          if (!bar || Number(bar.getAttribute('aria-valuenow')) === 0) return;
          observer.disconnect();
          requestAnimationFrame(() => resolve(performance.now() - begun));
        });
        observer.observe(document.body, { subtree: true, childList: true, attributes: true });
      }),
  );
  await page.keyboard.press('p');
  const milliseconds = await seen;
  await page.keyboard.press('p');
  await page.locator('.canvas-chip').waitFor({ state: 'detached' });
  // Its engine has dropped what it had in hand.
  await page.waitForTimeout(500);
  return milliseconds;
}

/** A photograph repeated up to a size. */
async function tiledUp(picture: Picture, width: number, height: number): Promise<Picture> {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = ((y % picture.height) * picture.width + (x % picture.width)) * 3;
      data.set(picture.data.subarray(from, from + 3), (y * width + x) * 3);
    }
  return { width, height, data };
}
