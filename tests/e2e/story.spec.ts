import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { areReady, chooseSize, copies, frames, hasStatus, restoreButton } from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

test('a folder is opened, chosen from, previewed, compared, one picture exported, and then all', async () => {
  const folder = folders.make('holiday');
  copies(folder, ['beach.png', 'hills.png', 'town.png'], 300, 200);
  const { app, page } = await openStudio(folders);
  // The system's dialogs cannot be driven from here: they answer what a user would choose.
  await app.evaluate(({ dialog }, opened) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [opened] });
  }, folder);
  await page.keyboard.press('Control+Shift+o');
  await areReady(page, 3);

  // Two of the three are chosen; the last one chosen is on the canvas.
  await page.getByRole('option', { name: /^beach/ }).click();
  await page.getByRole('option', { name: /^hills/ }).click({ modifiers: ['Control'] });
  await expect(
    page.getByRole('listbox', { name: 'Pictures' }).getByRole('option', { selected: true }),
  ).toHaveCount(2);
  await chooseSize(page, 2);

  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await expect(page.locator('.canvas-tag', { hasText: /^Preview · 600 × 400$/ })).toBeVisible();
  await expect(page.locator('.canvas-chip')).toBeHidden({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Difference' }).click();
  await expect(page.locator('.canvas-tag', { hasText: /^Difference × 4$/ })).toBeVisible();
  await page.getByRole('button', { name: 'Split', exact: true }).click();
  await expect(page.getByRole('slider', { name: /^Divider/ })).toBeVisible();
  await page.getByRole('button', { name: 'Preview', exact: true }).click();

  await page.keyboard.press('Control+Shift+Enter');
  await hasStatus(page, '2 done');
  const copy = path.join(folders.make('export'), 'for-print.png');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, copy);
  await page.keyboard.press('Control+Shift+s');
  await expect.poll(() => existsSync(copy)).toBe(true);

  await restoreButton(page).click();
  await hasStatus(page, /1 done, 2 skipped/);
  expect(
    readdirSync(folder)
      .filter((name) => name.includes('span-x2'))
      .toSorted(),
  ).toEqual(['beach_span-x2.png', 'hills_span-x2.png', 'town_span-x2.png']);
  await expect(frames(page)).toHaveCount(3);
  await app.close();
});
