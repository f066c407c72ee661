import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { areReady, copies, dropFiles, frames, hasStatus, listed, restoreButton } from './hands.ts';
import { writeCompact } from './model-file.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

test('installed models are verified by running them, and a damaged one says so', async () => {
  const home = await folders.home();
  const { app, page } = await openStudio(folders, { home });
  await page.getByRole('button', { name: 'Models', exact: true }).click();
  await expect(page.getByText(/^2 models, \d+(\.\d)? MB$/)).toBeVisible();
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.locator('.size-whole')).toHaveCount(2, { timeout: 30_000 });

  // One byte of its file is another: the size is the same.
  const record = readFileSync(path.join(home, 'models/installed/span-x4.json'), 'utf8');
  const file = path.join(home, 'models/blobs', `${JSON.parse(record).sha256}.onnx`);
  expect(readdirSync(path.dirname(file))).toContain(path.basename(file));
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.from([255]), 0, 1, statSync(file).size >> 1);
  closeSync(handle);
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByRole('alert').getByText(/The installed file of span-x4/)).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByRole('button', { name: 'Install again' })).toBeVisible();
  await expect(page.locator('.size-whole')).toHaveCount(1);
  await app.close();
});

test('a model that pictures wait for is not removed', async () => {
  const files = copies(folders.make('pictures'), ['one.png', 'two.png'], 600, 400);
  const { app, page } = await openStudio(folders, { files });
  await areReady(page, 2);
  await restoreButton(page).click();
  await page.getByRole('button', { name: 'Models', exact: true }).click();
  await page.getByRole('button', { name: 'Remove SPAN x2' }).click();
  await expect(page.getByText(/^SPAN x2 is needed by [12] pictures? in the queue\./)).toBeVisible();
  await hasStatus(page, '2 done');
  await page.getByRole('button', { name: 'Remove SPAN x2' }).click();
  await expect(page.getByText(/^1 model, /)).toBeVisible();
  await app.close();
});

test('models are found by words, by task and by what is installed', async () => {
  const { app, page } = await openStudio(folders);
  await page.getByRole('button', { name: 'Models', exact: true }).click();
  const names = page.locator('.families h4');
  const all = await names.count();
  expect(all).toBeGreaterThan(30);
  await page.getByRole('searchbox', { name: 'Find a model' }).fill('real-cugan ×3');
  await expect(names.first()).toContainText('Real-CUGAN');
  expect(await names.count()).toBeLessThan(all);
  await page.getByRole('searchbox', { name: 'Find a model' }).fill('');
  await page.getByRole('combobox', { name: 'Task of the models' }).selectOption('interpolate');
  await expect(page.getByRole('heading', { name: 'Frames in between' })).toBeVisible();
  await expect(names).toHaveCount(1);
  // It is the one of Interpolate, and leads there.
  await page.getByRole('button', { name: 'Chosen' }).click();
  await expect(page.getByRole('button', { name: /^Interpolate$/ }).first()).toHaveAttribute(
    'aria-current',
    'page',
  );
  await page.keyboard.press('Control+1');
  await page.getByRole('button', { name: 'Models', exact: true }).click();
  await page.getByRole('combobox', { name: 'Task of the models' }).selectOption('all');
  await page.getByRole('checkbox', { name: 'Only what is installed' }).check();
  await expect(names).toHaveText(['SPAN']);
  await page.getByRole('searchbox', { name: 'Find a model' }).fill('nothing of the kind');
  await expect(page.getByText(/^No model is found\./)).toBeVisible();
  await app.close();
});

test('a sample shows what a model does before it is fetched, and its divider is moved by keys', async () => {
  const { app, page } = await openStudio(folders, { home: folders.make('empty') });
  await page.getByRole('button', { name: 'Models', exact: true }).click();
  await page.getByRole('searchbox', { name: 'Find a model' }).fill('real-cugan pro');
  const card = page.locator('.families > li').first();
  await expect(card.getByRole('button', { name: /^Install / }).first()).toBeVisible();
  const after = card.locator('.sample-after');
  const size = () => after.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);
  await expect.poll(size).toEqual([528, 168]);
  const shown = () => after.getAttribute('src');
  const first = await shown();
  await card.getByRole('radio', { name: '3 times' }).click();
  await expect.poll(shown).not.toBe(first);
  await expect.poll(size).toEqual([528, 168]);
  const divider = card.getByRole('slider');
  await divider.focus();
  await page.keyboard.press('End');
  await expect(divider).toHaveAttribute('aria-valuetext', '100 % before, 0 % after');
  const clip = () => card.locator('.sample-before').evaluate((image) => getComputedStyle(image).clipPath);
  expect(await clip()).toMatch(/^inset\(0(px)? (calc\()?0(px|%)/);
  await page.keyboard.press('Home');
  expect(await clip()).toMatch(/100%/);
  await app.close();
});

test('a licence that forbids paid work is told once before the model is fetched', async () => {
  // Nothing is fetched: where wheels are looked for there is none, and no line leads out.
  const { app, page } = await openStudio(folders, { env: { PIP_INDEX_URL: 'http://127.0.0.1:9/simple' } });
  await page.getByRole('button', { name: 'Models', exact: true }).click();
  await page.getByRole('searchbox', { name: 'Find a model' }).fill('clearreality');
  await expect(page.getByText('Non-commercial', { exact: true })).toBeVisible();
  const install = page.getByRole('button', { name: /^(Install|Go on installing) / });
  await install.click();
  const dialog = page.getByRole('dialog', { name: 'Before it is installed' });
  await expect(dialog).toContainText('CC-BY-NC-SA-4.0');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  await expect(install).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(install).toBeVisible();
  await app.close();
});

test('a model file is imported by a drop and by the dialog, used, and removed', async () => {
  const folder = folders.make('own');
  const file = path.join(folder, '2x_Letters.pth');
  writeCompact(file);
  const files = copies(folders.make('pictures'), ['one.png']);
  const { app, page } = await openStudio(folders, { files });
  await areReady(page, 1);
  await dropFiles(page, [file]);
  await expect(page.getByText('2x_Letters was imported')).toBeVisible({ timeout: 30_000 });
  const card = page.locator('.families > li').filter({ hasText: 'From 2x_Letters.pth' });
  await expect(card).toContainText('Licence unknown');
  await expect(card.getByRole('button', { name: 'Chosen' })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(card.getByRole('button', { name: 'Use this model' })).toBeVisible();

  await app.evaluate(({ dialog }, filePath) => {
    const opened = { canceled: false, filePaths: [filePath] };
    dialog.showOpenDialog = (async () => opened) as typeof dialog.showOpenDialog;
  }, file);
  await page.getByRole('button', { name: 'Import model file…' }).click();
  await expect(page.getByText('2x_Letters was there already')).toBeVisible();
  await page.getByRole('banner').getByRole('button', { name: 'Models', exact: true }).click();
  await restoreButton(page).click();
  await hasStatus(page, '1 done');
  expect(listed(path.dirname(files[0]!))).toEqual(['one.png', 'one_2x-letters.png']);

  await page.getByRole('button', { name: 'Models', exact: true }).click();
  await page.getByRole('button', { name: 'Remove 2x_Letters' }).click();
  await expect(card).toHaveCount(0);

  // What is no model says so, and is no picture either.
  const broken = path.join(folder, 'broken.onnx');
  writeFileSync(broken, 'not a model');
  await dropFiles(page, [broken]);
  await expect(page.getByRole('alert')).toContainText('broken.onnx');
  await expect(frames(page)).toHaveCount(1);
  await app.close();
});
