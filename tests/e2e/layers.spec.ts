import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import sharp from 'sharp';
import { areReady, copies, dropFiles, frames, hasStatus } from './hands.ts';
import { STYLE_MODELS } from './models.ts';
import { objections } from './reach.ts';
import { Folders, type OpenStudio, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

const style = (page: Page, name: string) => page.locator('.shelf').getByRole('button', { name, exact: true });
const paintMask = (page: Page) => page.getByRole('button', { name: 'Paint a mask', exact: true });
const hasMask = (page: Page, on = true) =>
  expect(page.getByText('Applies everywhere')).toHaveCount(on ? 0 : 1);
const layerRows = (page: Page) => page.locator('.step[data-layer]');

/** Pictures of the canvas, as shares of the picture's width and height. */
async function places(page: Page, ...shares: [number, number][]): Promise<{ x: number; y: number }[]> {
  const area = (await page.locator('.canvas-area').boundingBox())!;
  // The picture is fitted: as high as there is room, with a margin of 28 px.
  const scale = Math.min((area.width - 56) / 384, (area.height - 56) / 256);
  const [left, top] = [area.x + (area.width - 384 * scale) / 2, area.y + (area.height - 256 * scale) / 2];
  return shares.map(([x, y]) => ({ x: left + x * 384 * scale, y: top + y * 256 * scale }));
}

async function stroke(page: Page, ...shares: [number, number][]): Promise<void> {
  const [first, ...others] = await places(page, ...shares);
  await page.mouse.move(first!.x, first!.y);
  await page.mouse.down();
  for (const { x, y } of others) await page.mouse.move(x, y, { steps: 6 });
  await page.mouse.up();
}

/** How far two pictures of 384 x 256 lie apart in a square around a place, mean of 255. */
async function apart(a: string, b: string, [x, y]: [number, number]): Promise<number> {
  const piece = (file: string) =>
    sharp(file)
      .removeAlpha()
      .extract({ left: Math.round(x * 384) - 8, top: Math.round(y * 256) - 8, width: 16, height: 16 })
      .raw()
      .toBuffer();
  const [one, two] = await Promise.all([piece(a), piece(b)]);
  return one.reduce((sum, value, at) => sum + Math.abs(value - two[at]!), 0) / one.length;
}

async function answerDialogs({ app }: OpenStudio, file: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = (async () => ({
      canceled: false,
      filePath: chosen,
    })) as typeof dialog.showSaveDialog;
    dialog.showOpenDialog = (async () => ({
      canceled: false,
      filePaths: [chosen],
    })) as typeof dialog.showOpenDialog;
  }, file);
}

/** Style with one picture, which is on the canvas. */
async function openPainting(names: string[] = ['hills.png']): Promise<OpenStudio & { files: string[] }> {
  const files = copies(folders.make('pictures'), names, 384, 256);
  const studio = await openStudio(folders, { home: await folders.home(STYLE_MODELS) });
  await studio.page.keyboard.press('Control+3');
  await dropFiles(studio.page, files);
  await areReady(studio.page, files.length);
  await expect(studio.page.locator('.tool-zoom')).toBeVisible();
  return { ...studio, files };
}

test('a mask says where a style is painted: by brush, taken away in part, softened, undone', async () => {
  const studio = await openPainting();
  const { app, page, files } = studio;
  await style(page, 'Style 3').click();
  await hasMask(page, false);
  await paintMask(page).click();
  await expect(page.getByRole('toolbar', { name: 'Mask' })).toBeVisible();
  await stroke(page, [0.2, 0.3], [0.8, 0.3]);
  await hasMask(page);
  await page.keyboard.press('Shift+E');
  await expect(page.getByRole('button', { name: 'Eraser' })).toHaveAttribute('aria-pressed', 'true');
  await stroke(page, [0.7, 0.1], [0.7, 0.5]);
  await page.keyboard.press('Control+Shift+i');
  await page.keyboard.press('Control+Shift+i');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  // An Escape gives up the stroke that is being drawn, and closes nothing.
  await page.keyboard.press('Shift+B');
  await page.locator('.canvas-area').focus();
  const [at] = await places(page, [0.5, 0.9]);
  await page.mouse.move(at!.x, at!.y);
  await page.mouse.down();
  await page.mouse.move(at!.x + 60, at!.y, { steps: 4 });
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await expect(page.getByRole('toolbar', { name: 'Mask' })).toBeVisible();
  expect(await objections('mask-tools', studio)).toEqual([]);
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByRole('toolbar', { name: 'Mask' })).toBeHidden();

  await page.getByRole('button', { name: 'Paint 1 picture' }).click();
  await hasStatus(page, '1 done', 60_000);
  const made = path.join(path.dirname(files[0]!), 'hills_builtin-2.png');
  expect(await apart(files[0]!, made, [0.4, 0.3])).toBeGreaterThan(8);
  for (const place of [
    [0.7, 0.3],
    [0.5, 0.9],
    [0.5, 0.7],
  ] as [number, number][])
    expect(await apart(files[0]!, made, place)).toBe(0);

  // Other programs get the result, and so does this one.
  await page.keyboard.press('Control+c');
  await expect
    .poll(() =>
      app.evaluate(({ clipboard }) =>
        (clipboard as unknown as { readImage(): Electron.NativeImage }).readImage().getSize(),
      ),
    )
    .toEqual({ width: 384, height: 256 });
  await page.keyboard.press('Control+v');
  await expect(frames(page)).toHaveCount(2);
  await frames(page).first().click();

  // The eraser's stroke, then the brush's.
  await page.keyboard.press('Control+z');
  await hasMask(page);
  await page.keyboard.press('Control+z');
  await hasMask(page, false);
  await page.keyboard.press('Control+Shift+z');
  await hasMask(page);
  await app.close();
});

test('a mask is painted without a mouse, by lasso, by gradient and by colour', async () => {
  const { app, page, files } = await openPainting();
  await style(page, 'Style 3').click();
  await page.keyboard.press('Shift+B');
  await page.locator('.canvas-area').focus();
  // The pen begins in the middle.
  for (let i = 0; i < 5; i++) await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Enter');
  for (let i = 0; i < 10; i++) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  await hasMask(page);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Paint 1 picture' }).click();
  await hasStatus(page, '1 done', 60_000);
  const made = path.join(path.dirname(files[0]!), 'hills_builtin-2.png');
  expect(await apart(files[0]!, made, [0.5, 0.5])).toBeGreaterThan(8);
  expect(await apart(files[0]!, made, [0.5, 0.1])).toBe(0);

  // Each of the others makes another mask, a step each.
  for (const [keys, draw] of [
    ['Shift+L', () => stroke(page, [0.1, 0.6], [0.4, 0.6], [0.3, 0.9])],
    ['Shift+G', () => stroke(page, [0.3, 0.1], [0.3, 0.9])],
    ['Shift+C', () => stroke(page, [0.9, 0.05], [0.9, 0.05])],
  ] as const) {
    await page.getByRole('button', { name: 'Remove the mask' }).click();
    await hasMask(page, false);
    await page.keyboard.press(keys);
    await draw();
    await hasMask(page);
  }
  await app.close();
});

test('layers lie over each other as they are told, and the preview follows at once', async () => {
  const studio = await openPainting();
  const { app, page } = studio;
  await style(page, 'Style 3').click();
  await page.getByRole('button', { name: 'Add layer' }).click();
  await expect(layerRows(page)).toHaveCount(2);
  await style(page, 'Style 12').click();
  await page.getByRole('combobox', { name: 'How it blends' }).selectOption('multiply');
  await expect(layerRows(page).first()).toContainText('Multiply');
  await page.keyboard.press('p');
  await expect(page.getByText(/^Preview(, reduced)? · /)).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('a');
  const middle = () =>
    page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.canvas-stage canvas')!;
      const at = [Math.round(canvas.width / 2), Math.round(canvas.height / 3)] as const;
      return [...canvas.getContext('2d')!.getImageData(...at, 8, 8).data].reduce((a, b) => a + b) / 256;
    });
  await expect(page.getByRole('progressbar', { name: /preview/i })).toHaveCount(0, { timeout: 30_000 });
  await page.waitForTimeout(300);
  const multiplied = await middle();
  await page.getByRole('combobox', { name: 'How it blends' }).selectOption('screen');
  await expect.poll(middle).toBeGreaterThan(multiplied);
  await page.getByRole('button', { name: /^Show: Style 12/ }).click();
  await expect(page.getByRole('button', { name: /^Show: Style 12/ })).toHaveAttribute(
    'aria-pressed',
    'false',
  );
  expect(await objections('layers', studio)).toEqual([]);

  // By keys too, and each a step.
  await layerRows(page).first().locator('.step-choose').focus();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(layerRows(page).last()).toContainText('Style 12');
  await page.keyboard.press('Delete');
  await expect(layerRows(page)).toHaveCount(1);
  for (let i = 0; i < 2; i++) await page.keyboard.press('Control+z');
  await expect(layerRows(page).first()).toContainText('Style 12');
  await app.close();
});

test('a project holds pictures, layers and masks: saved, moved, opened elsewhere, painted in a batch', async () => {
  const first = await openPainting(['hills.png', 'ridge.png']);
  const { page, files } = first;
  const folder = path.dirname(files[0]!);
  await style(page, 'Style 3').click();
  await page.getByRole('button', { name: 'Add layer' }).click();
  await style(page, 'Style 12').click();
  await frames(page).nth(1).click();
  await page.keyboard.press('n');
  await stroke(page, [0.2, 0.5], [0.8, 0.5]);
  await hasMask(page);
  const project = path.join(folder, 'evening.gesso');
  await answerDialogs(first, project.replace('.gesso', ''));
  await page.keyboard.press('Control+s');
  await expect.poll(() => existsSync(project)).toBe(true);
  await expect(page).toHaveTitle('evening – Gesso');
  const saved = readFileSync(project);
  // Under its name it is written again without a question.
  await page.getByRole('slider', { name: 'Opacity' }).focus();
  await page.keyboard.press('PageDown');
  await page.keyboard.press('Control+s');
  await expect.poll(() => readFileSync(project).equals(saved)).toBe(false);
  await first.app.close();

  // Another machine: nothing is where it was, and the project lies beside its pictures.
  const moved = path.join(folders.make('moved'), 'work');
  mkdirSync(path.dirname(moved), { recursive: true });
  renameSync(folder, moved);
  const second = await openStudio(folders, { home: await folders.home(STYLE_MODELS) });
  await dropFiles(second.page, [path.join(moved, 'evening.gesso')]);
  await areReady(second.page, 2);
  await expect(second.page).toHaveTitle('evening – Gesso');
  await expect(layerRows(second.page)).toHaveCount(2);
  await expect(second.page.getByRole('slider', { name: 'Opacity' })).toHaveAttribute(
    'aria-valuetext',
    '90 %',
  );
  await expect(frames(second.page).nth(1)).toHaveAttribute('aria-selected', 'true');
  await hasMask(second.page);
  await second.page.getByRole('button', { name: 'Paint 2 pictures' }).click();
  await hasStatus(second.page, '2 done', 90_000);
  const made = (name: string) => path.join(moved, `${name}_builtin-2+builtin-11.png`);
  const [hills, ridge] = [made('hills'), made('ridge')];
  // Both pictures are the same but for the mask, within which the upper layer shows.
  expect(await apart(hills, ridge, [0.5, 0.5])).toBeLessThan(1);
  expect(await apart(hills, ridge, [0.5, 0.1])).toBeGreaterThan(4);
  // What was not saved is there again after a crash.
  await second.page.getByRole('button', { name: 'Remove the mask' }).click();
  await hasMask(second.page, false);
  await second.page.waitForTimeout(1200);
  second.app.process().kill('SIGKILL');
  const third = await openStudio(folders, { home: second.home });
  await areReady(third.page, 2);
  await expect(third.page).toHaveTitle('evening – Gesso');
  await expect(layerRows(third.page)).toHaveCount(2);
  await hasMask(third.page, false);
  await third.app.close();
  // A double click on its file: it is as it was saved.
  const fourth = await openStudio(folders, { home: second.home, files: [path.join(moved, 'evening.gesso')] });
  await areReady(fourth.page, 2);
  await expect(layerRows(fourth.page)).toHaveCount(2);
  await expect(fourth.page.getByRole('button', { name: 'Style', exact: true })).toHaveAttribute(
    'aria-current',
    /.+/,
  );
  await hasMask(fourth.page);
  await fourth.app.close();
});

test('a restoration applies where it is painted, also while it is previewed', async () => {
  const files = copies(folders.make('pictures'), ['one.png'], 384, 256);
  const { app, page } = await openStudio(folders, { files });
  await areReady(page, 1);
  await expect(page.locator('.tool-zoom')).toBeVisible();
  await page.keyboard.press('n');
  await stroke(page, [0.2, 0.5], [0.8, 0.5]);
  await hasMask(page);
  await page.keyboard.press('n');
  await page.getByRole('button', { name: /^Restore 1 picture/ }).click();
  await hasStatus(page, '1 done', 60_000);
  const made = path.join(path.dirname(files[0]!), 'one_span-x2.png');
  const plain = await sharp(files[0]).resize(768, 512, { kernel: 'cubic' }).png().toBuffer();
  const rows = async (input: string | Buffer, top: number) =>
    sharp(input).removeAlpha().extract({ left: 200, top, width: 300, height: 40 }).raw().toBuffer();
  const differs = async (top: number) => {
    const [a, b] = await Promise.all([rows(made, top), rows(plain, top)]);
    return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length;
  };
  // Far from the stroke it is an enlargement without a network.
  expect(await differs(20)).toBeLessThan(await differs(236));
  await app.close();
});
