import { readdirSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { areReady, copies } from './hands.ts';
import { objections } from './reach.ts';
import { Folders, openStudio, resize } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Compare models' });
const panes = (page: Page) => dialog(page).locator('.compare-pane');
const over = (page: Page, words: string) =>
  expect(dialog(page).locator('.compare-progress')).toHaveText(words, { timeout: 60_000 });

/** What is drawn in the middle of a pane, 80 pixels each way. */
function middle(pane: Locator): Promise<number[]> {
  return pane.locator('canvas').evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const context = (canvas as HTMLCanvasElement).getContext('2d')!;
    return [...context.getImageData((width >> 1) - 40, (height >> 1) - 40, 80, 80).data];
  });
}

/** The mean difference of two such pieces, levels of 255. */
function apart(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length;
}

async function openLibrary(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Models', exact: true }).click();
}

test('models that are ticked show the same part side by side, move together, and one is used', async () => {
  const files = copies(folders.make('pictures'), ['one.png'], 384, 256);
  const studio = await openStudio(folders, { files });
  const { app, page } = studio;
  await areReady(page, 1);
  await page.locator('.canvas-area').focus();
  await page.keyboard.press('p');
  const preview = page.locator('.canvas-tag', { hasText: /^Preview/ });
  await expect(preview).toBeVisible();
  await openLibrary(page);
  await page.getByRole('checkbox', { name: 'Compare SPAN x2' }).check();
  const open = page.locator('.ticked .button');
  await expect(open).toHaveText('Tick one more to compare');
  await expect(open).toHaveAttribute('aria-disabled', 'true');
  await page.getByRole('checkbox', { name: 'Compare SPAN x4' }).check();
  await open.click();
  await expect(panes(page)).toHaveCount(2);
  await over(page, '2 of 2 compared');
  await expect(preview).toBeHidden();
  await expect(panes(page).locator('.compare-time')).toHaveText([/^[\d.]+ s$/, /^[\d.]+ s$/]);

  // The same part at the same size, though one result has four times the pixels of the other.
  const [two, four] = [panes(page).nth(0), panes(page).nth(1)];
  const [ofTwo, ofFour] = [await middle(two), await middle(four)];
  const difference = apart(ofTwo, ofFour);
  expect(difference).toBeGreaterThan(0);
  expect(difference).toBeLessThan(8);
  await page.keyboard.press('x');
  await expect(dialog(page).locator('.compare-tag')).toHaveCount(2);
  const original = await middle(two);
  await expect.poll(() => middle(four)).toEqual(original);
  expect(apart(original, ofTwo)).toBeGreaterThan(0.2);
  await page.keyboard.press('x');
  await expect.poll(() => middle(two)).toEqual(ofTwo);

  // By hand in one, by keys in the other: both move.
  const box = (await two.locator('canvas').boundingBox())!;
  await page.mouse.move(box.x + box.width / 3, box.y + box.height / 3);
  await page.mouse.wheel(0, -300);
  await expect.poll(() => middle(two)).not.toEqual(ofTwo);
  await over(page, '2 of 2 compared');
  expect(apart(await middle(two), await middle(four))).toBeLessThan(8);
  const zoomed = await middle(two);
  await four.locator('section').focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => middle(two)).not.toEqual(zoomed);
  await page.keyboard.press('0');
  await over(page, '2 of 2 compared');
  expect(apart(await middle(two), await middle(four))).toBeLessThan(8);
  expect(await objections('compared', studio)).toEqual([]);

  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  await expect(open).toBeFocused();
  // What the canvas previewed before goes on.
  await expect(preview).toBeVisible();
  await open.press('Enter');
  await panes(page).nth(1).getByRole('button', { name: 'Use this model: SPAN ×4' }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByRole('radio', { name: '4 times' })).toBeChecked();
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('radio', { name: '2 times' })).toBeChecked();
  await app.close();
});

test('what fails says why, what is not installed offers it, and the others go on', async () => {
  const home = await folders.home();
  const files = copies(folders.make('pictures'), ['one.png'], 384, 256);
  const studio = await openStudio(folders, { home, files, env: { PIP_NO_INDEX: '1' } });
  const { app, page } = studio;
  await areReady(page, 1);
  const record = readFileSync(path.join(home, 'models/installed/span-x4.json'), 'utf8');
  truncateSync(path.join(home, 'models/blobs', `${JSON.parse(record).sha256}.onnx`), 5000);

  // From the studio: the model of the step, and room for another one.
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(panes(page)).toHaveCount(2);
  await over(page, '1 of 1 compared');
  await page.getByRole('combobox', { name: 'Model of pane 2' }).selectOption('span-x4');
  await expect(panes(page).nth(1).getByRole('alert')).toContainText(
    /Remove it and install it again|install/i,
  );
  await expect(panes(page).nth(0).locator('.compare-time')).toHaveText(/ s$/);
  expect(await objections('failed', studio)).toEqual([]);

  await page.getByRole('button', { name: 'Add a model' }).click();
  await page.getByRole('combobox', { name: 'Model of pane 3' }).selectOption('realesrgan-x4plus');
  // With three models the fourth pane is the original.
  await expect(panes(page)).toHaveCount(4);
  await expect(panes(page).nth(0)).toContainText('Original');
  const missing = panes(page).nth(3);
  await expect(missing).toContainText('Real-ESRGAN x4plus is not installed.');
  await missing.getByRole('button', { name: /^Install ·/ }).click();
  await expect(missing).toContainText('is not installed.', { timeout: 30_000 });
  await resize(studio, [900, 600]);
  expect(await objections('900 x 600', studio)).toEqual([]);
  await missing.getByRole('button', { name: /^Take off: / }).click();
  await expect(panes(page)).toHaveCount(2);
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  await app.close();
});

test('without a picture one is opened there, and a comparison that is left ends', async () => {
  const { app, page, home } = await openStudio(folders, { language: 'de' });
  await page.keyboard.press('m');
  const german = page.getByRole('dialog', { name: 'Modelle vergleichen' });
  await expect(german).toContainText('zuerst eines öffnen');
  await german.getByRole('button', { name: 'Mit einem Beispielbild ausprobieren' }).click();
  await expect(german.locator('.compare-progress')).toHaveText('1 von 1 verglichen', { timeout: 60_000 });
  await german.getByRole('combobox', { name: 'Modell von Feld 2' }).selectOption('span-x4');
  // All of a picture takes long: it is held, goes on, and ends with the dialog.
  await german.getByRole('button', { name: 'Einpassen' }).click();
  await german.getByRole('button', { name: 'Anhalten' }).click();
  await expect(german.locator('.canvas-chip', { hasText: 'Angehalten' }).first()).toBeVisible();
  await german.getByRole('button', { name: 'Fortsetzen' }).click();
  await expect(german.getByRole('progressbar')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(german).toBeHidden();
  const made = () => readdirSync(path.join(home, 'cache/pieces/preview')).length;
  // The tile in hand ends by itself, or is ended after two seconds.
  await page.waitForTimeout(2500);
  const left = made();
  await page.waitForTimeout(1500);
  expect(made()).toBe(left);
  await app.close();
});
