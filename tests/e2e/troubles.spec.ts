import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import {
  areReady,
  chooseSize,
  copies,
  dropFiles,
  enginesOf,
  frames,
  hasStatus,
  listed,
  picture,
  restoreButton,
} from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

test('a broken file among good ones says why, and the rest is done', async () => {
  const folder = folders.make('pictures');
  const good = copies(folder, ['a.png', 'b.png']);
  const broken = path.join(folder, 'broken.png');
  writeFileSync(broken, 'this is text');
  const gone = copies(folder, ['gone.png'])[0]!;
  const { app, page } = await openStudio(folders);
  await dropFiles(page, [good[0]!, broken, good[1]!, gone]);
  await expect(page.locator('.frame img')).toHaveCount(3);
  await expect(page.getByRole('option', { name: /broken\.png, Cannot be read/ })).toBeVisible();
  await page.getByRole('option', { name: /broken\.png/ }).click();
  await expect(page.getByRole('heading', { name: 'broken.png cannot be opened' })).toBeVisible();

  // A file that disappears after it was opened fails in the queue; put back, it is tried again.
  renameSync(gone, `${gone}.away`);
  await restoreButton(page).click();
  await hasStatus(page, '2 done, 1 failed');
  await page.getByRole('option', { name: /gone\.png, Failed/ }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'gone.png' })).toBeVisible();
  renameSync(`${gone}.away`, gone);
  await page.getByRole('button', { name: 'Try failed again' }).click();
  await hasStatus(page, '3 done');
  expect(listed(folder).filter((name) => name.includes('span'))).toEqual([
    'a_span-x2.png',
    'b_span-x2.png',
    'gone_span-x2.png',
  ]);
  await app.close();
});

test('a cancel stops the picture in hand and those that wait, and leaves nothing half there', async () => {
  const folder = folders.make('pictures');
  const files = copies(folder, ['a.png', 'b.png', 'c.png'], 840, 560);
  const { app, page } = await openStudio(folders);
  await dropFiles(page, files);
  await areReady(page, 3);
  await chooseSize(page, 4);
  await restoreButton(page).click();
  await expect(page.getByText(/^Restoring · [1-9]/)).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await hasStatus(page, '3 cancelled', 10_000);
  await expect.poll(() => listed(folder)).toEqual(['a.png', 'b.png', 'c.png']);
  // And the same pictures can be asked for again.
  await chooseSize(page, 2);
  await expect(restoreButton(page)).toHaveText('Restore 3 pictures');
  await app.close();
});

test('a pause finishes the picture in hand and holds the rest until it may go on', async () => {
  const folder = folders.make('pictures');
  const files = copies(folder, ['a.png', 'b.png', 'c.png', 'd.png'], 384, 256);
  const { app, page } = await openStudio(folders, { files });
  await areReady(page, 4);
  await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const told: unknown[] = [];
    Object.assign(globalThis, { told });
    window!.setProgressBar = (fraction, options) => void told.push([fraction, options?.mode]);
  });
  await restoreButton(page).click();
  await hasStatus(page, /^Restoring 1 of 4/);
  await page.keyboard.press('Control+p');
  await hasStatus(page, /^Paused · [1-4] pictures? left$/, 30_000);
  const made = listed(folder);
  await page.waitForTimeout(1500);
  expect(listed(folder)).toEqual(made);
  await page.getByRole('button', { name: 'Go on' }).click();
  await hasStatus(page, '4 done');
  const told = await app.evaluate(() => (globalThis as unknown as { told: [number, string][] }).told);
  expect(told.some(([, mode]) => mode === 'paused')).toBe(true);
  expect(told.at(-1)).toEqual([-1, 'normal']);
  await app.close();
});

test('an engine killed in the middle costs one retry', async () => {
  const folder = folders.make('pictures');
  const files = copies(folder, ['a.png', 'b.png'], 840, 560);
  const { app, page, home } = await openStudio(folders, { files });
  await areReady(page, 2);
  await chooseSize(page, 4);
  await restoreButton(page).click();
  await expect(page.getByText(/^Restoring · [1-9]/)).toBeVisible({ timeout: 30_000 });
  const engines = enginesOf(app.process().pid!);
  expect(engines.length).toBeGreaterThan(0);
  for (const pid of engines) process.kill(pid, 'SIGKILL');
  await hasStatus(page, '2 done', 90_000);
  expect(listed(folder)).toEqual(['a.png', 'a_span-x4.png', 'b.png', 'b_span-x4.png']);
  await app.close();
  const log = readFileSync(path.join(home, 'logs/engine.log'), { encoding: 'utf8', flag: 'a+' });
  expect(log).not.toMatch(/GLib|GObject/);
});

test('a window killed in the middle goes on by itself when it is opened again', async () => {
  const folder = folders.make('pictures');
  const names = ['a.png', 'b.png', 'c.png', 'd.png'];
  const files = [...copies(folder, names.slice(0, 1)), ...copies(folder, names.slice(1), 720, 480)];
  const first = await openStudio(folders, { files });
  await areReady(first.page, 4);
  await chooseSize(first.page, 4);
  await restoreButton(first.page).click();
  await expect(first.page.getByRole('option', { name: /a\.png, Done/ })).toBeVisible({ timeout: 30_000 });
  await expect(first.page.getByRole('option', { name: /b\.png, Working/ })).toBeVisible();
  const exited = new Promise((resolve) => first.app.process().once('exit', resolve));
  first.app.process().kill('SIGKILL');
  await exited;

  const second = await openStudio(folders, { home: first.home });
  await expect(frames(second.page)).toHaveCount(4);
  await hasStatus(second.page, '4 done', 90_000);
  const results = names.map((name) => name.replace('.png', '_span-x4.png'));
  expect(listed(folder)).toEqual([...names, ...results].toSorted());
  await second.app.close();
});

test('without a model one button installs the default, and says what came of it', async () => {
  const home = folders.make('empty');
  const { app, page } = await openStudio(folders, { home, files: [picture(96, 64)] });
  await areReady(page, 1);
  await expect(page.getByText('SPAN ×2 is not installed.')).toBeVisible();
  await page.getByRole('button', { name: /^Install · 9\.0 MB/ }).click();
  await expect(page.getByRole('progressbar', { name: /^Installing SPAN/ })).toBeVisible();
  await expect(restoreButton(page)).toHaveAttribute('aria-disabled', 'false', { timeout: 90_000 });
  await app.close();
});
