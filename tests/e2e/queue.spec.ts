import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { areReady, chooseSize, copies, frames, hasStatus, restoreButton } from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

const jobs = (page: Page) => page.getByRole('list', { name: 'Jobs' }).locator('.job');
const items = (page: Page) => page.locator('.job .queue .queue-name');

test('jobs are listed, moved, paused, cancelled, tried again and cleared', async () => {
  const folder = folders.make('pictures');
  const [slow, ...rest] = [
    ...copies(folder, ['slow.png'], 1200, 800),
    ...copies(folder, ['one.png', 'two.png'], 96, 64),
  ];
  const { app, page, home } = await openStudio(folders, { files: [slow!, ...rest] });
  await areReady(page, 3);
  await chooseSize(page, 4);
  // Three jobs of one picture each; the first is long in hand.
  for (const name of [/^slow/, /^one/, /^two/]) {
    await page.getByRole('option', { name }).click();
    await page.keyboard.press('Control+Shift+Enter');
  }
  await page.getByRole('button', { name: /^Queue/ }).click();
  await expect(jobs(page)).toHaveCount(3);
  await expect(items(page)).toHaveText(['slow.png']);
  await expect(jobs(page).nth(0).locator('.queue-word')).toHaveText(/^\d+ %$/);

  // The last one is taken before the second, by keyboard, and the focus stays on its button.
  await jobs(page).nth(2).getByRole('button', { name: 'Earlier' }).focus();
  await page.keyboard.press('Enter');
  await expect(jobs(page).nth(1).getByRole('button', { name: 'Earlier' })).toBeFocused();
  await jobs(page).nth(1).locator('.job-head').click();
  await expect(items(page)).toHaveText(['two.png']);

  // One job is cancelled, the others go on.
  await jobs(page)
    .nth(2)
    .getByRole('button', { name: /^Cancel/ })
    .click();
  await hasStatus(page, /2 done, 1 cancelled/, 120_000);
  await expect(jobs(page)).toHaveCount(3);
  // What is over stands with the newest on top.
  await jobs(page).nth(1).locator('.job-head').click();
  await expect(items(page)).toHaveText(['one.png']);
  await jobs(page)
    .nth(1)
    .getByRole('button', { name: /^Try again/ })
    .click();
  await expect(jobs(page).getByText('1 done')).toHaveCount(3, { timeout: 30_000 });

  // A picture of a job that is not open any more comes back with its result.
  await page.keyboard.press('Escape');
  await page.getByRole('option', { name: /^one/ }).click();
  await page.keyboard.press('Delete');
  await expect(frames(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Queue', exact: true }).click();
  await jobs(page).nth(1).locator('.job-head').click();
  await page.locator('.queue-row', { hasText: 'one.png' }).click();
  await expect(frames(page)).toHaveCount(3);
  await expect(page.locator('.canvas-tag', { hasText: /^After · 384 × 256$/ })).toBeVisible();

  // One that is gone says so.
  await page.getByRole('option', { name: /^two/ }).click();
  await page.keyboard.press('Delete');
  rmSync(path.join(folder, 'two.png'));
  await jobs(page).nth(0).locator('.job-head').click();
  await page.locator('.queue-row', { hasText: 'two.png' }).click();
  await expect(page.getByText('two.png is not there any more.')).toBeVisible();

  // They are all there after a restart, and cleared when the user says so.
  await app.close();
  const again = await openStudio(folders, { home });
  await expect(jobs(again.page)).toHaveCount(3);
  await again.page.getByRole('button', { name: 'Clear finished' }).click();
  await expect(again.page.getByText(/^Nothing yet/)).toBeVisible();
  await again.app.close();
});

test('a job of hundreds shows a page of them at a time', async () => {
  const folder = folders.make('many');
  const names = Array.from({ length: 120 }, (_, i) => `p${String(i).padStart(3, '0')}.png`);
  const files = copies(folder, names, 16, 12);
  const { app, page } = await openStudio(folders, { files });
  await expect(frames(page).first()).toBeVisible();
  await restoreButton(page).click();
  await page.getByRole('button', { name: /^Queue/ }).click();
  await expect(items(page)).toHaveCount(50);
  await page.getByRole('button', { name: 'Show more (70 left)' }).click();
  await expect(items(page)).toHaveCount(100);
  await expect(jobs(page).getByText(/pictures a minute/)).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('status')).toHaveText(/^Paused · \d+ pictures? left$/);
  await page.getByRole('button', { name: 'Cancel all' }).click();
  await expect(page.getByRole('status')).toHaveText(/cancelled$/);
  await app.close();
});
