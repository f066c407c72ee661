import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import sharp from 'sharp';
import { areReady, copies, hasStatus, listed, restoreButton } from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

const steps = (page: Page) => page.locator('.step-choose');
async function addUpscale(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add a step' }).click();
  await page.getByRole('menuitem', { name: 'Upscale' }).click();
}
async function strength(page: Page, percent: number): Promise<void> {
  const slider = page.getByRole('slider', { name: 'Strength' });
  await slider.focus();
  await page.keyboard.press(percent === 0 ? 'Home' : 'End');
  await expect(slider).toHaveAttribute('aria-valuenow', String(percent));
}

test('steps are added, moved, removed and undone, and run one after the other', async () => {
  const folder = folders.make('pictures');
  const { app, page } = await openStudio(folders, { files: copies(folder, ['one.png']) });
  await areReady(page, 1);
  await expect(steps(page)).toHaveCount(1);
  await addUpscale(page);
  await expect(steps(page)).toHaveCount(2);
  // The new one is shown, and has the focus.
  await expect(steps(page).nth(1)).toHaveAttribute('aria-pressed', 'true');
  await expect(steps(page).nth(1)).toBeFocused();
  await strength(page, 0);
  await expect(steps(page)).toHaveText(['1. UpscaleSPAN ×2', '2. UpscaleSPAN ×2 · 0 %']);
  await expect(page.getByText('In the end 384 × 256 px')).toBeVisible();
  await expect(page.getByText('96 × 64 → 384 × 256 px')).toBeVisible();

  // By a button and by keys, and what is shown is the same one all the while.
  await page.getByRole('button', { name: 'Earlier: 2. Upscale' }).click();
  await expect(steps(page)).toHaveText(['1. UpscaleSPAN ×2 · 0 %', '2. UpscaleSPAN ×2']);
  await expect(steps(page).first()).toHaveAttribute('aria-pressed', 'true');
  await expect(steps(page).first()).toBeFocused();
  await page.keyboard.press('Alt+ArrowDown');
  await expect(steps(page)).toHaveText(['1. UpscaleSPAN ×2', '2. UpscaleSPAN ×2 · 0 %']);
  await expect(steps(page).nth(1)).toBeFocused();

  // Looking at another one is no change; its size is chosen below.
  await steps(page).first().click();
  await expect(page.getByRole('slider', { name: 'Strength' })).toHaveAttribute('aria-valuenow', '100');
  await page.getByRole('radio', { name: '3 times' }).click();
  await expect(steps(page).first()).toHaveText('1. UpscaleSPAN ×4 · ×3');
  await expect(page.getByText('In the end 576 × 384 px')).toBeVisible();

  await steps(page).nth(1).focus();
  await page.keyboard.press('Delete');
  await expect(steps(page)).toHaveText(['1. UpscaleSPAN ×4 · ×3']);
  await expect(page.getByText('96 × 64 → 288 × 192 px')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(steps(page)).toHaveText(['1. UpscaleSPAN ×4 · ×3', '2. UpscaleSPAN ×2 · 0 %']);
  await page.keyboard.press('Control+z');
  await expect(steps(page)).toHaveText(['1. UpscaleSPAN ×2', '2. UpscaleSPAN ×2 · 0 %']);

  await restoreButton(page).click();
  await hasStatus(page, '1 done');
  const names = listed(folder);
  expect(names).toEqual(['one.png', 'one_span-x2+span-x2.png']);
  const { width, height } = await sharp(path.join(folder, names[1]!)).metadata();
  expect([width, height]).toEqual([384, 256]);

  // Together they would be too large: it is said, and cannot be started.
  await addUpscale(page);
  await page.getByRole('radio', { name: '8 times' }).click();
  await expect(page.getByText('The steps enlarge 32 times together; 16 times is the most.')).toBeVisible();
  await expect(restoreButton(page)).toHaveAttribute('aria-disabled', 'true');
  await app.close();
});

test('a task has its own models, and one without any leads to the library', async () => {
  const { app, page } = await openStudio(folders, { files: copies(folders.make('pictures'), ['one.png']) });
  await areReady(page, 1);
  const task = page.getByRole('combobox', { name: 'Task', exact: true });
  await task.selectOption('deartifact');
  await expect(page.getByText('This model keeps the size.')).toBeVisible();
  await expect(page.getByText('96 × 64 → 96 × 64 px')).toBeVisible();
  await expect(page.getByText(/^waifu2x.* is not installed\.$/)).toBeVisible();
  await page.getByRole('button', { name: 'Change the model' }).click();
  await expect(page.getByRole('combobox', { name: 'Task of the models' })).toHaveValue('deartifact');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('radio', { name: '2 times' })).toBeChecked();

  await page.getByRole('button', { name: 'Add a step' }).click();
  await page.getByRole('menuitem', { name: /^Repair compression/ }).click();
  await expect(page.getByRole('heading', { name: 'Repair compression' })).toBeVisible();
  await app.close();
});
