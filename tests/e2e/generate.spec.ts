import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import sharp from 'sharp';
import { TINY_SHAPE, writeDiffusionModel } from '../../models/testing/diffusion-model.ts';
import { copies, dropFiles, hasStatus, listed, willChoose } from './hands.ts';
import { Folders, type OpenStudio, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

const made = (page: Page) => page.getByRole('listbox', { name: 'Made pictures' }).getByRole('option');
const prompt = (page: Page) => page.getByRole('textbox', { name: 'Prompt', exact: true });

async function makesInto(studio: OpenStudio, folder: string): Promise<void> {
  await willChoose(studio, folder);
  await studio.page.getByRole('button', { name: 'Choose folder…' }).click();
}

/** Sliders go by steps with the arrow keys. */
async function slide(page: Page, name: string, key: string, times: number): Promise<void> {
  await page.getByRole('slider', { name, exact: true }).focus();
  for (let i = 0; i < times; i++) await page.keyboard.press(key);
}

test('patterns are made before there is a model, words with one, and a made picture goes on from there', async () => {
  const folder = folders.make('made');
  const home = folders.make('home');
  const model = path.join(folders.make('models'), 'tiny');
  writeDiffusionModel(model, TINY_SHAPE);
  const studio = await openStudio(folders, { home });
  const { app, page } = studio;
  await page.keyboard.press('Control+4');
  // Said plainly, with what to get, where to put it, and what can be done meanwhile.
  await expect(page.locator('.welcome')).toContainText('No diffusion model yet');
  await expect(page.locator('.welcome')).toContainText('Stable Diffusion 1.x, 2.x or XL');
  await expect(page.getByText('Import a diffusion model first.')).toBeVisible();
  await page.locator('.welcome').getByRole('button', { name: 'Meanwhile, make patterns' }).click();

  // A pattern is seen while it is set.
  await makesInto(studio, folder);
  await page.getByRole('button', { name: 'Cells', exact: true }).click();
  await expect(page.getByText('Preview · 1024 × 1024')).toBeVisible();
  await slide(page, 'Cells', 'ArrowRight', 3);
  await expect(page.getByRole('slider', { name: 'Cells', exact: true })).toHaveAttribute(
    'aria-valuetext',
    '12',
  );
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('slider', { name: 'Cells', exact: true })).not.toHaveAttribute(
    'aria-valuetext',
    '12',
  );
  await page.keyboard.press('Control+Shift+z');
  await page.getByRole('combobox', { name: 'Usual sizes' }).selectOption('512 × 512');
  await page.getByRole('button', { name: 'Show it four times' }).click();
  await expect(page.getByText('Preview · 1024 × 1024')).toBeVisible();
  await page.getByRole('combobox', { name: 'Format' }).selectOption('SVG');
  await page.getByRole('button', { name: 'Make 1 picture' }).click();
  await hasStatus(page, '1 done');
  await expect(made(page)).toHaveCount(1);
  await expect(page.getByText('Made · 512 × 512')).toBeVisible();
  expect(listed(folder)).toEqual(['voronoi_1.svg']);
  await page.getByRole('combobox', { name: 'Format' }).selectOption('PNG');

  // A diffusers folder, by the dialog: it is converted, and is what is used.
  await page.getByRole('radio', { name: 'Words' }).click();
  await willChoose(studio, model);
  await page.locator('.inspector').getByRole('button', { name: 'Import a folder…' }).click();
  await expect(
    page.getByRole('combobox', { name: 'Model', exact: true }).locator('option:checked'),
  ).toHaveText('tiny', { timeout: 60_000 });
  await prompt(page).fill('a fox, snow');
  await expect(page.getByTitle(/^\d+ of 75 tokens$/).first()).toBeVisible();
  await prompt(page).press('Control+ArrowUp');
  await expect(prompt(page)).toHaveValue('a fox, (snow:1.1)');
  // What it is like is seen step by step, on the canvas and in the list, and given up where it is not liked.
  await page.getByRole('spinbutton', { name: 'Width, pixels' }).fill('512');
  await slide(page, 'Steps', 'End', 1);
  await prompt(page).press('Control+Enter');
  await expect(page.getByText(/^Step \d+ of 100/)).toBeVisible();
  await expect(page.getByText('So far · 512 × 128')).toBeVisible();
  await expect(page.locator('.made img')).toHaveCount(2);
  await page.locator('.canvas-chip').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.locator('.canvas-chip')).toHaveText('Cancelled');
  await page.keyboard.press('Delete');
  await expect(made(page)).toHaveCount(1);
  await page.getByRole('combobox', { name: 'Usual sizes' }).selectOption('128 × 128');
  await slide(page, 'Steps', 'Home', 1);
  await slide(page, 'Steps', 'ArrowRight', 4);
  await page.getByRole('spinbutton', { name: 'Pictures' }).fill('2');
  await prompt(page).press('Control+Enter');
  await hasStatus(page, '2 done');
  await expect(page.locator('.made img')).toHaveCount(3);
  await expect(page.getByText('Made · 128 × 128')).toBeVisible();
  const files = listed(folder).filter((name) => name.startsWith('a-fox-snow_'));
  expect(files).toHaveLength(2);

  // Arrows go through them, and two are compared.
  await made(page).first().click();
  await page.keyboard.press('ArrowRight');
  await expect(made(page).nth(1)).toBeFocused();
  await expect(made(page).nth(1)).toHaveAttribute('aria-current', 'true');
  await made(page)
    .nth(0)
    .click({ modifiers: ['Control'] });
  await expect(page.getByText('The other · 128 × 128')).toBeVisible();

  // On to Restore.
  await made(page).first().click();
  await page.getByRole('button', { name: 'To Restore' }).click();
  await expect(page.getByRole('option', { name: /^a-fox-snow_/ })).toBeVisible();
  await expect(page.getByText('Original · 128 × 128')).toBeVisible();

  // A made picture brings its settings back; another one is what to begin with.
  await page.keyboard.press('Control+4');
  await prompt(page).fill('something else');
  await dropFiles(page, [path.join(folder, files[0]!)]);
  await expect(prompt(page)).toHaveValue('a fox, (snow:1.1)');
  await expect(page.getByLabel('Keep this seed')).toBeChecked();
  await expect(page.getByRole('spinbutton', { name: 'Seed' })).toHaveValue(/_(\d+)\./.exec(files[0]!)![1]!);
  const [photo] = copies(folders.make('pictures'), ['hills.png'], 96, 64);
  await dropFiles(page, [photo!]);
  await expect(page.getByText('To begin with · 96 × 64')).toBeVisible();
  // It grows past its edge, by the frame on the canvas, as one step that can be undone.
  const grip = page.getByRole('slider', { name: 'Pixels more on the right' });
  const { x, y, width: across, height: down } = (await grip.boundingBox())!;
  await page.mouse.move(x + across / 2, y + down / 2);
  await page.mouse.down();
  await page.mouse.move(x - 40, y + down / 2, { steps: 4 });
  await page.mouse.up();
  await expect(grip).toHaveAttribute('aria-valuenow', '0');
  await grip.press('Shift+ArrowRight');
  await expect(grip).toHaveAttribute('aria-valuenow', '64');
  await page.keyboard.press('Control+z');
  await expect(grip).toHaveAttribute('aria-valuenow', '0');
  await page.keyboard.press('Control+Shift+z');
  await page.getByRole('button', { name: 'Make 2 pictures' }).click();
  const begunFiles = () =>
    listed(folder).filter((name) => name.startsWith('a-fox-snow_') && !files.includes(name));
  await expect.poll(() => begunFiles().length, { timeout: 30_000 }).toBe(2);
  await hasStatus(page, '2 done');
  const begun = begunFiles();
  const { width, height } = await sharp(path.join(folder, begun[0]!)).metadata();
  expect([width, height]).toEqual([160, 64]);

  // What was made and asked for is there after a restart.
  await page.waitForTimeout(1200);
  await app.close();
  const again = await openStudio(folders, { home });
  await expect(made(again.page)).toHaveCount(5);
  await expect(prompt(again.page)).toHaveValue('a fox, (snow:1.1)');
  await again.page.getByRole('button', { name: 'Earlier prompts' }).click();
  await expect(again.page.getByRole('menuitem', { name: 'a fox, (snow:1.1)' })).toBeVisible();
  await again.page.keyboard.press('Escape');
  await made(again.page).first().click();
  await again.page.keyboard.press('Delete');
  await expect(made(again.page)).toHaveCount(4);
  expect(existsSync(path.join(folder, 'voronoi_1.svg'))).toBe(true);
  await again.app.close();
});
