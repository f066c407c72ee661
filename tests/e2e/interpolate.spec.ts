import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { seeClip } from '../integration/support/clips.ts';
import { clipOf } from './clips.ts';
import { copies, dropFiles, frames, hasStatus, listed, restoreButton } from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

const MODELS = ['span-x2', 'span-x4', 'rife-4.25'];
const startButton = (page: Page) => page.getByRole('button', { name: /^Interpolate \d+ clips?$/ });
const tab = (page: Page, name: 'Restore' | 'Interpolate') =>
  page.getByRole('navigation', { name: 'Studios' }).getByRole('button', { name, exact: true });

test('a clip that is dropped is interpolated, watched, compared and found in the queue', async () => {
  const folder = folders.make('clips');
  const clip = await clipOf(folder, 'walk.mp4', { cutAt: 12 });
  const home = await folders.home(MODELS);
  const { app, page } = await openStudio(folders, { home });
  // A clip is known for one wherever it is dropped.
  await dropFiles(page, [clip]);
  await expect(tab(page, 'Interpolate')).toHaveAttribute('aria-current', 'page');
  await expect(frames(page)).toHaveCount(1);
  await expect(page.getByText('12 → 24 frames a second')).toBeVisible();
  await expect(page.getByText('walk_24fps.mp4')).toBeVisible();
  await expect(page.getByText(/^48 frames · .*about /)).toBeVisible();
  await expect(page.getByRole('button', { name: /^Cut at 0:01\.00, found/ })).toBeVisible();

  await startButton(page).click();
  await expect(page.getByText(/^Interpolating · \d+ %/)).toBeVisible();
  await hasStatus(page, '1 done', 90_000);
  const output = path.join(folder, 'walk_24fps.mp4');
  expect(statSync(output).size).toBeGreaterThan(1000);
  const seen = await seeClip(output);
  expect(seen.video.pts).toHaveLength(48);
  await expect(page.getByText(/^Result · 24 fps/)).toBeVisible();
  await page.getByRole('button', { name: 'Queue', exact: true }).click();
  await expect(page.getByText('RIFE 4.25 · 1 clip')).toBeVisible();
  await expect(page.getByText(/24 → 48 frames/)).toBeVisible();
  await expect(page.getByText(/1 cut/)).toBeVisible();
  await page.keyboard.press('Escape');

  // Nothing is made twice: the same name is there already.
  await startButton(page).click();
  await hasStatus(page, /1 skipped/);
  expect(listed(folder)).toEqual(['walk.mp4', 'walk_24fps.mp4']);
  await app.close();
});

test('each studio has sources, settings and an undo of its own, and all of it comes back', async () => {
  const folder = folders.make('both');
  const clip = await clipOf(folder, 'walk.mkv');
  const pictures = copies(folder, ['one.png', 'two.png']);
  const home = await folders.home(MODELS);
  const first = await openStudio(folders, { home, files: pictures });
  const { page } = first;
  await expect(frames(page)).toHaveCount(2);
  await dropFiles(page, [clip]);
  await expect(frames(page)).toHaveCount(1);
  await page.getByRole('combobox', { name: 'Preset' }).selectOption('Slow 4×');
  await expect(page.getByRole('radio', { name: '4 times slower' })).toHaveAttribute('aria-checked', 'true');
  await page.keyboard.press('Control+1');
  await expect(frames(page)).toHaveCount(2);
  await expect(restoreButton(page)).toBeVisible();
  // What was changed there is not undone here.
  await page.getByRole('radio', { name: '4 times' }).click();
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('radio', { name: '2 times' })).toHaveAttribute('aria-checked', 'true');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+2');
  await expect(page.getByRole('radio', { name: '4 times slower' })).toHaveAttribute('aria-checked', 'true');
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('radio', { name: 'As it is' })).toHaveAttribute('aria-checked', 'true');
  await page.keyboard.press('Control+Shift+z');

  // The part that is taken belongs to the clip.
  await expect(page.getByText(/^Frame 1 of 24$/)).toBeVisible();
  for (let i = 0; i < 6; i++) await page.keyboard.press('.');
  await expect(page.getByText(/^Frame 7 of 24$/)).toBeVisible();
  await page.keyboard.press('i');
  await expect(page.getByText(/^72 frames/)).toBeVisible();
  await page.waitForTimeout(1200);
  await first.app.close();

  const second = await openStudio(folders, { home });
  await expect(tab(second.page, 'Interpolate')).toHaveAttribute('aria-current', 'page');
  await expect(frames(second.page)).toHaveCount(1);
  await expect(second.page.getByRole('combobox', { name: 'Preset' })).toHaveValue('Slow 4×');
  await expect(second.page.getByText(/^72 frames/)).toBeVisible();
  await second.page.keyboard.press('Control+1');
  await expect(frames(second.page)).toHaveCount(2);
  await second.app.close();
});

test('two pictures are the ends of a film, and a folder of them is one', async () => {
  const folder = folders.make('film');
  const [one, two] = copies(folder, ['one.png', 'two.png'], 96, 64);
  const shots = path.join(folder, 'shots');
  copies(shots, ['shot_1.png', 'shot_2.png', 'shot_3.png'], 96, 64);
  const { app, page } = await openStudio(folders, { home: await folders.home(MODELS) });
  await page.keyboard.press('Control+2');
  await expect(page.getByRole('heading', { name: 'Drop clips here' })).toBeVisible();
  await dropFiles(page, [one!, two!]);
  await expect(page.getByRole('option', { name: /^one\.png – two\.png/ })).toBeVisible();
  await app.evaluate(({ dialog }, opened) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [opened] });
  }, shots);
  await page.keyboard.press('Control+Shift+o');
  await expect(frames(page)).toHaveCount(2);
  await page.getByRole('option', { name: /^shots/ }).click();
  await page.getByRole('textbox', { name: 'Pictures a second' }).fill('10');
  await expect(page.getByText('10 → 20 frames a second')).toBeVisible();
  await page.getByRole('combobox', { name: 'Codec' }).selectOption('png');
  await startButton(page).click();
  await hasStatus(page, '2 done', 90_000);
  expect(listed(path.join(folder, 'shots_20fps'))).toHaveLength(6);
  await app.close();
});

test('a clip that cannot be read says why, and the others are made', async () => {
  const folder = folders.make('broken');
  const good = await clipOf(folder, 'good.mp4', { frames: 8 });
  const broken = path.join(folder, 'broken.mp4');
  writeFileSync(broken, 'this is no clip at all');
  const { app, page } = await openStudio(folders, { home: await folders.home(MODELS) });
  await dropFiles(page, [good, broken]);
  await expect(frames(page)).toHaveCount(2);
  await page.getByRole('option', { name: /^broken/ }).click();
  await expect(
    page
      .getByRole('alert')
      .getByText(/broken\.mp4/)
      .first(),
  ).toBeVisible();
  await startButton(page).click();
  await hasStatus(page, '1 done', 60_000);
  expect(existsSync(path.join(folder, 'good_24fps.mp4'))).toBe(true);
  expect(listed(folder)).toEqual(['broken.mp4', 'good.mp4', 'good_24fps.mp4']);
  await app.close();
});

test('a clip is cancelled in the middle, and goes on from there when it is tried again', async () => {
  const folder = folders.make('cancelled');
  const clip = await clipOf(folder, 'long.mp4', { frames: 96, rate: 24, width: 320, height: 192 });
  const { app, page } = await openStudio(folders, { home: await folders.home(MODELS) });
  await dropFiles(page, [clip]);
  await startButton(page).click();
  await expect(page.getByText(/frames a second$/).and(page.locator('.canvas-chip *'))).toBeVisible({
    timeout: 60_000,
  });
  await page.keyboard.press('Control+.');
  await hasStatus(page, '1 cancelled', 30_000);
  // Neither a half result nor anything else beside the source.
  expect(listed(folder)).toEqual(['long.mp4']);
  await page.getByRole('button', { name: 'Queue', exact: true }).click();
  await page.getByRole('button', { name: /^Try again: / }).click();
  await hasStatus(page, '1 done', 110_000);
  expect(listed(folder)).toEqual(['long.mp4', 'long_48fps.mp4']);
  await app.close();
});

test('a window killed in the middle of a clip goes on by itself, with the segments that are there', async () => {
  test.setTimeout(180_000);
  const folder = folders.make('killed');
  // Two segments: where the second is begun, the first is whole.
  const clip = await clipOf(folder, 'long.mp4', { frames: 160, rate: 24, width: 256, height: 128 });
  const first = await openStudio(folders, { home: await folders.home(MODELS) });
  await dropFiles(first.page, [clip]);
  await startButton(first.page).click();
  const parts = path.join(first.home, 'parts/1');
  await expect
    .poll(() => (existsSync(parts) ? listed(parts).filter((name) => /^segment-/.test(name)).length : 0), {
      timeout: 90_000,
    })
    .toBeGreaterThan(1);
  const exited = new Promise((resolve) => first.app.process().once('exit', resolve));
  first.app.process().kill('SIGKILL');
  await exited;
  expect(existsSync(path.join(folder, 'long_48fps.mp4'))).toBe(false);

  const second = await openStudio(folders, { home: first.home });
  await expect(tab(second.page, 'Interpolate')).toHaveAttribute('aria-current', 'page');
  await hasStatus(second.page, '1 done', 110_000);
  expect(listed(folder)).toEqual(['long.mp4', 'long_48fps.mp4']);
  expect((await seeClip(path.join(folder, 'long_48fps.mp4'))).video.pts).toHaveLength(320);
  // Parts are gone once the whole is there.
  expect(existsSync(parts)).toBe(false);
  await second.app.close();
});
