import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import sharp from 'sharp';
import {
  areReady,
  chooseSize,
  copies,
  enginesOf,
  gradient,
  gradientAt,
  hasStatus,
  restoreButton,
} from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

const tag = (page: Page, words: RegExp) => page.locator('.canvas-tag', { hasText: words });
const chip = (page: Page) => page.locator('.canvas-chip', { hasText: 'Preview' });

/** What is drawn where the picture has its thin branches. */
function branches(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.canvas-stage canvas')!;
    const context = canvas.getContext('2d')!;
    const at = [Math.round(0.25 * canvas.width), Math.round(0.25 * canvas.height)] as const;
    return [...context.getImageData(...at, 100, 100).data];
  });
}

test('a preview shows the model on what is in sight, as the restoration will make it', async () => {
  const [file] = copies(folders.make('pictures'), ['one.png'], 384, 256);
  const { app, page, home } = await openStudio(folders, { files: [file!] });
  await areReady(page, 1);
  await chooseSize(page, 2);
  await page.locator('.canvas-area').focus();
  await page.keyboard.press('p');
  await expect(tag(page, /^Preview · 768 × 512$/)).toBeVisible();
  await expect(chip(page)).toBeHidden({ timeout: 20_000 });
  await page.keyboard.press('a');
  const previewed = await branches(page);

  // Another strength makes it anew.
  const pieces = () => readdirSync(path.join(home, 'cache/pieces/preview')).length;
  const made = pieces();
  expect(made).toBeGreaterThan(2);
  await page.getByRole('slider', { name: 'Strength' }).focus();
  await page.keyboard.press('Home');
  await expect.poll(() => branches(page), { timeout: 20_000 }).not.toEqual(previewed);
  await page.keyboard.press('End');
  await expect.poll(() => branches(page), { timeout: 20_000 }).toEqual(previewed);

  // The restoration itself says the same, to the eye.
  await page.locator('.canvas-area').focus();
  await page.keyboard.press('p');
  await expect(tag(page, /^Preview/)).toBeHidden();
  await restoreButton(page).click();
  await hasStatus(page, '1 done');
  await expect(tag(page, /^After · 768 × 512$/)).toBeVisible();
  const restored = await branches(page);
  const difference = Math.max(...restored.map((value, i) => Math.abs(value - previewed[i]!)));
  expect(difference).toBeLessThanOrEqual(4);
  await app.close();
});

test('a preview runs beside a batch in an engine of its own', async () => {
  const [large] = copies(folders.make('large'), ['large.png'], 1200, 800);
  const [small] = copies(folders.make('small'), ['small.png'], 384, 256);
  const { app, page } = await openStudio(folders, { files: [large!, small!] });
  await areReady(page, 2);
  await chooseSize(page, 4);
  await page.getByRole('option', { name: /large/ }).click();
  await page.getByRole('button', { name: 'Only this' }).click();
  await expect(page.getByText(/^Restoring · [1-9]\d? %/)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('option', { name: /small/ }).click();
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await expect(tag(page, /^Preview/)).toBeVisible();
  await expect(chip(page)).toBeHidden({ timeout: 60_000 });
  // The large one is looked at while it is made: what is there of it is compared.
  await page.getByRole('option', { name: /large/ }).click();
  await expect(tag(page, /^So far · 4800 × 3200$/)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('slider', { name: 'Divider between before and after' })).toBeVisible();
  await expect(page.getByText(/^Restoring · [1-9]\d? %/)).toBeVisible();
  // One restores, one makes pictures for the screen, one previews.
  expect(enginesOf(app.process().pid!)).toHaveLength(3);
  await hasStatus(page, '1 done', 120_000);
  await expect(tag(page, /^After · 4800 × 3200$/)).toBeVisible();
  await app.close();
});

test('a large picture is sharp wherever one looks, and only what is in sight is fetched', async () => {
  const { app, page, home } = await openStudio(folders, { files: [gradient(5000, 3400)] });
  await areReady(page, 1);
  await expect(tag(page, /^Original · 5000 × 3400$/)).toBeVisible();
  await page.locator('.canvas-area').focus();
  await page.keyboard.press('1');
  const tiles = () =>
    readdirSync(path.join(home, 'cache/pyramids'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /tile-0-.*\.png$/.test(name),
    );
  // 5000 x 3400 has 70 tiles; a window shows a dozen.
  await expect.poll(() => tiles().length).toBeGreaterThan(3);
  expect(tiles().length).toBeLessThan(30);
  // Actual pixels: what is on the screen is what is in the file.
  const area = (await page.locator('.canvas-area').boundingBox())!;
  await page.mouse.move(area.x + area.width / 2, area.y + area.height / 2);
  const readout = page.locator('.readout');
  await expect(readout).toHaveText(/^2[45]\d\d, 1[67]\d\d · \d+ \d+ \d+$/);
  const [x, y, red, green, blue] = (await readout.textContent())!.match(/\d+/g)!.map(Number);
  expect([red, green, blue]).toEqual(gradientAt(x!, y!));
  await app.close();
});

/** Red as no sRGB screen has it, in a file that says so. */
async function wideRed(): Promise<string> {
  const file = path.join(folders.make('wide'), 'red.png');
  const create = { width: 64, height: 64, channels: 3, background: '#ff0000' } as const;
  const tagged = await sharp({ create }).withIccProfile('p3').png().toBuffer();
  // sRGB's red in P3's numbers, driven to P3's own.
  await sharp(tagged, { ignoreIcc: true }).keepIccProfile().linear([2, 0, 0], [0, 0, 0]).png().toFile(file);
  return file;
}

for (const [gamut, note, space] of [
  ['srgb', /, shown in sRGB$/, 'srgb'],
  ['p3', /P3$/, 'display-p3'],
] as const)
  test(`a wide picture is shown in the colours of a screen of ${gamut}, and it says so`, async () => {
    const { app, page } = await openStudio(folders, { files: [await wideRed()] });
    // A screen that the page is told of: there is no wide one here.
    const session = await page.context().newCDPSession(page);
    await session.send('Emulation.setEmulatedMedia', { features: [{ name: 'color-gamut', value: gamut }] });
    await areReady(page, 1);
    await expect(page.locator('.colour-note')).toHaveText(note);
    const middle = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('.canvas-stage canvas')!;
        const context = canvas.getContext('2d')!;
        const { colorSpace } = context.getContextAttributes();
        const at = [canvas.width >> 1, canvas.height >> 1] as const;
        return [colorSpace, ...context.getImageData(...at, 1, 1).data.slice(0, 3)];
      });
    // The brightest red of either: nothing was squeezed into sRGB on the way to a wide screen.
    await expect.poll(middle).toEqual([space, 255, 0, 0]);
    await app.close();
  });
