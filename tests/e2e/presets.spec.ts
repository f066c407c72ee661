import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { areReady, chooseSize, copies, dropFiles } from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

const list = (page: Page) => page.getByRole('combobox', { name: 'Preset', exact: true });
const chosen = (page: Page) => list(page).locator('option:checked');
async function more(page: Page, entry: string): Promise<void> {
  await page.getByRole('button', { name: 'More about presets' }).click();
  await page.getByRole('menuitem', { name: entry }).click();
}

test('settings are saved under a name, chosen, renamed, deleted and brought back', async () => {
  const home = await folders.home();
  const { app, page } = await openStudio(folders, {
    home,
    files: copies(folders.make('pictures'), ['a.png']),
  });
  await areReady(page, 1);
  await expect(chosen(page)).toHaveText('None saved yet');
  await chooseSize(page, 4);
  await page.getByLabel('Format').selectOption('png');
  await more(page, 'Save as a preset…');
  const name = page.getByLabel('Name of the preset');
  await expect(name).toHaveValue('SPAN ×4, PNG');
  await expect(name).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(chosen(page)).toHaveText('SPAN ×4, PNG');
  await expect(page.getByRole('button', { name: 'More about presets' })).toBeFocused();

  await chooseSize(page, 2);
  await expect(chosen(page)).toHaveText('Own settings');
  await list(page).selectOption('SPAN ×4, PNG');
  await expect(page.getByRole('radio', { name: '4 times' })).toBeChecked();

  await more(page, 'Rename…');
  await expect(name).toBeFocused();
  await name.fill('Letters');
  await page.keyboard.press('Enter');
  await expect(chosen(page)).toHaveText('Letters');
  await more(page, 'Delete');
  await expect(chosen(page)).toHaveText('None saved yet');
  await page.keyboard.press('Control+z');
  await expect(chosen(page)).toHaveText('Letters');
  await app.close();

  // A broken one is left out and said, the others are there.
  const file = path.join(home, 'presets.json');
  const stored = JSON.parse(readFileSync(file, 'utf8'));
  stored.presets.push({ gesso: 9 });
  writeFileSync(file, JSON.stringify(stored));
  const second = await openStudio(folders, { home });
  await expect(chosen(second.page)).toHaveText('Letters');
  await expect(second.page.getByRole('alert')).toContainText('version 9');
  await second.app.close();
});

test('a preset is shared as a recipe file, by dialog and by a drop', async () => {
  const folder = folders.make('recipes');
  const file = path.join(folder, 'letters.gesso.json');
  const { app, page } = await openStudio(folders);
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as typeof dialog.showSaveDialog;
    const opened = { canceled: false, filePaths: [filePath] };
    dialog.showOpenDialog = (async () => opened) as typeof dialog.showOpenDialog;
  }, file);
  await chooseSize(page, 3);
  await more(page, 'Save as a preset…');
  await page.getByLabel('Name of the preset').fill('Letters');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await more(page, 'Export…');
  await expect.poll(() => read(file)?.name).toBe('Letters');
  expect(read(file)).toMatchObject({ gesso: 1, steps: [{ model: 'span-x4', scale: 3 }] });

  await more(page, 'Delete');
  await chooseSize(page, 2);
  await more(page, 'Import a preset…');
  await expect(chosen(page)).toHaveText('Letters');
  await expect(page.getByRole('radio', { name: '3 times' })).toBeChecked();

  const stronger = { ...read(file), name: 'Dropped' };
  writeFileSync(file, JSON.stringify({ ...stronger, output: { format: 'tiff' } }));
  await dropFiles(page, [file]);
  await expect(chosen(page)).toHaveText('Dropped');
  await expect(page.getByLabel('Format')).toHaveValue('tiff');
  await expect(page.getByText('Drop pictures here')).toBeVisible();

  writeFileSync(file, JSON.stringify({ gesso: 1, steps: [{ studio: 'restore', model: 'someday-x9' }] }));
  await dropFiles(page, [file]);
  await expect(page.getByRole('alert')).toContainText('asks for the model someday-x9');
  await expect(chosen(page)).toHaveText('Dropped');
  await app.close();
});

function read(file: string) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
