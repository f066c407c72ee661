import { rmSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { areReady, chooseSize, copies, frames, hasStatus, picture, restoreButton } from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

test('what was open comes back after a restart and after a crash', async () => {
  const home = await folders.home();
  const files = copies(folders.make('pictures'), ['one.png', 'two.png', 'three.png']);
  const first = await openStudio(folders, { home, files });
  await areReady(first.page, 3);
  await chooseSize(first.page, 3);
  await restoreButton(first.page).click();
  await hasStatus(first.page, '3 done');
  await frames(first.page).nth(1).click();
  await first.page.getByRole('button', { name: 'Side by side' }).click();
  await first.page.getByRole('slider', { name: 'Strength' }).press('Home');
  // Nobody quits within a tenth of a second of a change.
  await first.page.waitForTimeout(300);
  await first.app.close();

  const second = await openStudio(folders, { home });
  await areReady(second.page, 3);
  await expect(frames(second.page).nth(1)).toHaveAttribute('aria-selected', 'true');
  await expect(frames(second.page).nth(1)).toHaveAccessibleName(/two\.png, Done/);
  await expect(second.page.getByRole('radio', { name: '3 times' })).toBeChecked();
  await expect(second.page.getByRole('slider', { name: 'Strength' })).toHaveAttribute('aria-valuenow', '0');
  await expect(second.page.locator('.canvas-tag', { hasText: /^After · 288 × 192/ })).toBeVisible();
  await expect(second.page.getByRole('button', { name: 'Side by side' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await frames(second.page).nth(2).click();
  await second.page.getByRole('button', { name: 'Models', exact: true }).click();
  // Longer than what may be lost.
  await second.page.waitForTimeout(1200);
  second.app.process().kill('SIGKILL');

  // A file that is gone is not opened; one that is opened on purpose is the one to look at.
  rmSync(files[0]!);
  const third = await openStudio(folders, { home, files: [picture(64, 48)] });
  await expect(third.page.getByRole('heading', { name: 'Models' })).toBeVisible();
  await areReady(third.page, 3);
  await expect(frames(third.page).first()).toHaveAccessibleName(/two\.png/);
  await expect(frames(third.page).nth(2)).toHaveAttribute('aria-selected', 'true');
  await third.app.close();
});

test('of many pictures the first is the one to look at, however they come in', async () => {
  const names = Array.from({ length: 80 }, (_, i) => `p${String(i).padStart(2, '0')}.png`);
  const files = copies(folders.make('many'), names, 48, 32);
  const { app, page } = await openStudio(folders, { files });
  await expect(page.locator('.frame[data-source][aria-posinset="1"]')).toHaveAttribute(
    'aria-selected',
    'true',
  );
  expect(await page.locator('.strip-row').evaluate((row) => row.scrollLeft)).toBe(0);
  await app.close();
});
