import { closeSync, openSync, readdirSync, readFileSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { areReady, copies, hasStatus, restoreButton } from './hands.ts';
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
