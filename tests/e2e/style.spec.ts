import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import sharp from 'sharp';
import { areReady, copies, dropFiles, frames, hasStatus, listed } from './hands.ts';
import { STYLE_MODELS } from './models.ts';
import { Folders, openStudio, resize } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

/** Of the shelf: a layer is called after its styles, too. */
const style = (page: Page, name: string) => page.locator('.shelf').getByRole('button', { name, exact: true });
const isChosen = (page: Page, name: string, on = true) =>
  expect(style(page, name)).toHaveAttribute('aria-pressed', String(on));

/** As a hand does it: the drag has begun before anything is scrolled. */
async function dragToMixture(page: Page, name: string): Promise<void> {
  await style(page, name).hover();
  const { x, y, width, height } = (await style(page, name).boundingBox())!;
  await page.mouse.down();
  await page.mouse.move(x + width / 2 + 8, y + height / 2 + 8, { steps: 4 });
  await page.locator('.mix').hover();
  await page.locator('.mix').hover();
  await page.mouse.up();
}

/** How far two pictures of one size lie apart, mean of 255. */
async function apart(a: string, b: string): Promise<number> {
  const [one, two] = await Promise.all([a, b].map((file) => sharp(file).removeAlpha().raw().toBuffer()));
  return one!.reduce((sum, value, at) => sum + Math.abs(value - two![at]!), 0) / one!.length;
}

test('a picture is painted in styles that are chosen, mixed, seen before and undone', async () => {
  const folder = folders.make('pictures');
  const files = copies(folder, ['hills.png', 'ridge.png'], 384, 256);
  const [wave] = copies(folders.make('shelf'), ['wave.png'], 128, 128);
  const { app, page } = await openStudio(folders, { home: await folders.home(STYLE_MODELS) });
  await page.keyboard.press('Control+3');
  await dropFiles(page, files);
  await areReady(page, 2);
  // All that are built in, on the picture that is on the canvas.
  await expect(page.locator('.shelf-style img')).toHaveCount(26, { timeout: 60_000 });
  // They are made once for a picture: back at it, the same ones are there.
  const images = () =>
    page.locator('.shelf-style img').evaluateAll((all) => all.map((each) => each.getAttribute('src')));
  const made = await images();
  await frames(page).nth(1).click();
  await expect.poll(async () => (await images()).every((each) => !made.includes(each))).toBe(true);
  await frames(page).nth(0).click();
  await expect.poll(images).toEqual(made);
  await expect(page.getByText('Choose a style first.')).toBeVisible();
  await style(page, 'Style 3').click();
  await style(page, 'Style 7').click();
  await isChosen(page, 'Style 3', false);
  // A picture that is dropped on the shelf is a style, and not opened.
  await dropFiles(page, [wave!], '.shelf');
  await expect(style(page, 'Style of wave.png')).toBeVisible();
  await expect(frames(page)).toHaveCount(2);
  await style(page, 'Style of wave.png').click({ modifiers: ['Control'] });
  await isChosen(page, 'Style 7');
  await expect(page.getByRole('slider', { name: 'Style 7' })).toHaveAttribute('aria-valuetext', '50 %');
  await page.keyboard.press('Control+z');
  await isChosen(page, 'Style of wave.png', false);
  await page.keyboard.press('Control+Shift+z');
  await isChosen(page, 'Style of wave.png');

  await page.keyboard.press('p');
  await expect(page.getByText(/^Preview(, reduced)? · /)).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('p');
  await expect(page.getByText(/^Preview(, reduced)? · /)).toBeHidden();
  await page.getByRole('button', { name: 'Paint 2 pictures' }).click();
  await hasStatus(page, '2 done', 60_000);
  await expect(page.getByText('After · 384 × 256')).toBeVisible();
  const results = ['hills_builtin-6+wave.png', 'ridge_builtin-6+wave.png'];
  expect(listed(folder)).toEqual(['hills.png', results[0], 'ridge.png', results[1]]);
  expect(await apart(files[0]!, path.join(folder, results[0]!))).toBeGreaterThan(10);
  await app.close();
});

test('the shelf, the look and what is open come back, and a style that is no picture says why', async () => {
  const folder = folders.make('pictures');
  const [hills] = copies(folder, ['hills.png'], 384, 256);
  const shelf = folders.make('shelf');
  const [wave] = copies(shelf, ['wave.png'], 128, 128);
  const notes = path.join(shelf, 'notes.png');
  writeFileSync(notes, 'this is text');
  const home = await folders.home(STYLE_MODELS);
  const first = await openStudio(folders, { home });
  await first.page.keyboard.press('Control+3');
  await dropFiles(first.page, [hills!]);
  await areReady(first.page, 1);
  await dropFiles(first.page, [notes, wave!], '.shelf');
  await style(first.page, 'Style of wave.png').click();
  await first.page.getByRole('slider', { name: 'Strength' }).focus();
  for (let i = 0; i < 5; i++) await first.page.keyboard.press('PageDown');
  await expect(first.page.getByRole('slider', { name: 'Strength' })).toHaveAttribute(
    'aria-valuetext',
    '50 %',
  );
  await first.page.waitForTimeout(1200);
  await first.app.close();

  const { app, page } = await openStudio(folders, { home });
  await areReady(page, 1);
  await isChosen(page, 'Style of wave.png');
  await expect(page.getByRole('slider', { name: 'Strength' })).toHaveAttribute('aria-valuetext', '50 %');
  // What cannot be read is known before a tile is painted, and names the file.
  await style(page, 'Style of notes.png').click();
  await page.keyboard.press('p');
  await expect(page.locator('.notice')).toContainText('notes.png', { timeout: 30_000 });
  await page.getByRole('button', { name: 'Take notes.png off the shelf' }).click();
  await expect(style(page, 'Style of notes.png')).toHaveCount(0);
  await expect(page.getByText('Choose a style first.')).toBeVisible();
  await app.close();
});

test('styles are mixed on a pad, by the pointer and by keys', async () => {
  const files = copies(folders.make('pictures'), ['hills.png'], 384, 256);
  const studio = await openStudio(folders, { home: await folders.home(STYLE_MODELS) });
  const { app, page } = studio;
  // Shelf and mixture are in sight together: nothing is scrolled while a style is dragged from one to the other.
  await resize(studio, [1440, 980]);
  await page.keyboard.press('Control+3');
  await dropFiles(page, files);
  await expect(page.locator('.shelf-style img')).toHaveCount(26, { timeout: 60_000 });
  await style(page, 'Style 3').click();
  await page.locator('.mix').scrollIntoViewIfNeeded();
  const pad = page.getByRole('slider', { name: 'Mixture of the styles' });
  await expect(pad).toHaveCount(0);
  // A style of the shelf that is dragged into the mixture joins it.
  await dragToMixture(page, 'Style 7');
  await expect(pad).toHaveAttribute('aria-valuetext', 'Style 3 50 %, Style 7 50 %');
  await dragToMixture(page, 'Style 9');
  await expect(pad).toHaveAttribute('aria-valuetext', 'Style 3 34 %, Style 7 33 %, Style 9 33 %');
  await style(page, 'Style 11').click({ modifiers: ['Control'] });
  await expect(page.locator('.pad-corner img')).toHaveCount(4);
  await page.locator('.pad').scrollIntoViewIfNeeded();

  // All of a drag is one step.
  const box = (await page.locator('.pad-field').boundingBox())!;
  const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
  await page.mouse.move(...at(0.5, 0.5));
  await page.mouse.down();
  for (const x of [0.6, 0.7, 0.8, 1.3]) await page.mouse.move(...at(x, -0.2));
  await page.mouse.up();
  const corner = 'Style 3 0 %, Style 7 100 %, Style 9 0 %, Style 11 0 %';
  await expect(pad).toHaveAttribute('aria-valuetext', corner);
  await expect(pad).toBeFocused();
  await expect(page.getByRole('slider', { name: 'Style 7', exact: true })).toHaveAttribute(
    'aria-valuetext',
    '100 %',
  );
  await page.keyboard.press('Control+z');
  const even = 'Style 3 25 %, Style 7 25 %, Style 9 25 %, Style 11 25 %';
  await expect(pad).toHaveAttribute('aria-valuetext', even);
  // One that is given up is none.
  await page.mouse.move(...at(0.5, 0.5));
  await page.mouse.down();
  await page.mouse.move(...at(0.1, 0.2));
  await expect(pad).not.toHaveAttribute('aria-valuetext', even);
  await page.keyboard.press('Escape');
  await page.mouse.move(...at(0.9, 0.9));
  await page.mouse.up();
  await expect(pad).toHaveAttribute('aria-valuetext', even);
  await page.keyboard.press('Control+Shift+z');
  await expect(pad).toHaveAttribute('aria-valuetext', corner);

  // From the corner at the right end to the middle of the upper edge, and back to the middle of all.
  for (let i = 0; i < 5; i++) await page.keyboard.press('Shift+ArrowLeft');
  await expect(pad).toHaveAttribute(
    'aria-valuetext',
    'Style 3 50 %, Style 7 50 %, Style 9 0 %, Style 11 0 %',
  );
  await page.keyboard.press('ArrowDown');
  await expect(pad).toHaveAttribute(
    'aria-valuetext',
    'Style 3 49 %, Style 7 49 %, Style 9 1 %, Style 11 1 %',
  );
  await page.keyboard.press('Home');
  await expect(pad).toHaveAttribute('aria-valuetext', even);
  await app.close();
});

test('favourites stand first, alone where that is wished, are what a surprise is made of, and come back', async () => {
  const files = copies(folders.make('pictures'), ['hills.png'], 384, 256);
  const home = await folders.home(STYLE_MODELS);
  const first = await openStudio(folders, { home });
  await first.page.keyboard.press('Control+3');
  await dropFiles(first.page, files);
  await expect(first.page.locator('.shelf-style img')).toHaveCount(26, { timeout: 60_000 });
  const star = (name: string) => first.page.getByRole('button', { name: `Favourite: ${name}`, exact: true });
  const names = (page: Page) =>
    page.locator('.shelf-style').evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));
  const only = (page: Page) => page.getByLabel('Favourites only');
  await only(first.page).check();
  await expect(first.page.getByText('No favourites yet.')).toBeVisible();
  await only(first.page).uncheck();
  // By the keyboard, and the star keeps the focus though it moves.
  await style(first.page, 'Style 5').focus();
  await first.page.keyboard.press('Tab');
  await expect(star('Style 5')).toBeFocused();
  await first.page.keyboard.press('Space');
  await expect(star('Style 5')).toHaveAttribute('aria-pressed', 'true');
  await star('Style 20').click();
  await star('Style 9').click();
  await star('Style 9').click();
  await expect(star('Style 9')).toHaveAttribute('aria-pressed', 'false');
  await expect(star('Style 9')).toBeFocused();
  expect((await names(first.page)).slice(0, 3)).toEqual(['Style 5', 'Style 20', 'Style 1']);
  await first.page.waitForTimeout(1200);
  await first.app.close();

  const { app, page } = await openStudio(folders, { home });
  await areReady(page, 1);
  await only(page).check();
  expect(await names(page)).toEqual(['Style 5', 'Style 20']);
  for (let i = 0; i < 5; i++) {
    await page.getByRole('button', { name: 'Surprise me' }).click();
    await expect(page.locator('.shelf-style[aria-pressed="true"]').first()).toBeVisible();
    await expect(page.getByText('Choose a style first.')).toBeHidden();
    const mixed = await page.getByRole('button', { name: /^Remove: / }).count();
    expect(await page.locator('.shelf-style[aria-pressed="true"]').count()).toBe(mixed);
  }
  await app.close();
});

test('layers are kept as presets, which are shared as recipes with the pictures that they paint in', async () => {
  const [wave] = copies(folders.make('shelf'), ['wave.png'], 128, 128);
  const home = await folders.home(STYLE_MODELS);
  const file = path.join(folders.make('recipes'), 'sea.gesso.json');
  const { app, page } = await openStudio(folders, { home });
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as typeof dialog.showSaveDialog;
    const opened = { canceled: false, filePaths: [filePath] };
    dialog.showOpenDialog = (async () => opened) as typeof dialog.showOpenDialog;
  }, file);
  const list = page.getByRole('combobox', { name: 'Preset', exact: true });
  const chosen = list.locator('option:checked');
  const more = async (entry: string) => {
    await page.getByRole('button', { name: 'More about presets' }).click();
    await page.getByRole('menuitem', { name: entry }).click();
  };
  await page.keyboard.press('Control+3');
  // There is nothing to keep yet.
  await page.getByRole('button', { name: 'More about presets' }).click();
  await expect(page.getByRole('menuitem', { name: 'Save as a preset…' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await page.keyboard.press('Escape');
  await dropFiles(page, [wave!], '.shelf');
  await style(page, 'Style of wave.png').click();
  await style(page, 'Style 7').click({ modifiers: ['Control'] });
  await more('Save as a preset…');
  const name = page.getByLabel('Name of the preset');
  await expect(name).toHaveValue('Style of wave.png + Style 7');
  await name.fill('Sea');
  await page.keyboard.press('Enter');
  await expect(chosen).toHaveText('Sea');
  await more('Export…');
  await expect.poll(() => recipeIn(file)?.name).toBe('Sea');
  expect(recipeIn(file).steps).toMatchObject([
    { studio: 'style', styles: [{ from: { picture: wave } }, { from: { builtIn: 6 } }] },
  ]);

  await style(page, 'Style 1').click();
  await expect(chosen).toHaveText('Own settings');
  await list.selectOption('Sea');
  await isChosen(page, 'Style of wave.png');
  await isChosen(page, 'Style 7');
  await more('Rename…');
  await name.fill('Lake');
  await page.keyboard.press('Enter');
  await expect(chosen).toHaveText('Lake');
  await more('Delete');
  await expect(chosen).toHaveText('None saved yet');
  await page.keyboard.press('Control+z');
  await expect(chosen).toHaveText('Lake');

  // Off the shelf: said when it is chosen, and nothing is changed.
  await page.getByRole('button', { name: 'Take wave.png off the shelf' }).click();
  await style(page, 'Style 1').click();
  await list.selectOption('Lake');
  await expect(page.getByRole('alert')).toContainText('wave.png, which the shelf does not have');
  await isChosen(page, 'Style 1');
  // A recipe brings its pictures along, by the dialog and by a drop.
  const changed = (name: string, strength: number) => {
    const { steps, ...recipe } = recipeIn(file);
    writeFileSync(file, JSON.stringify({ ...recipe, name, steps: [{ ...steps[0], strength }] }));
  };
  changed('Sea', 0.5);
  await more('Import a preset…');
  await expect(chosen).toHaveText('Sea');
  await isChosen(page, 'Style of wave.png');
  await style(page, 'Style 1').click();
  changed('Dropped', 0.7);
  await dropFiles(page, [file]);
  await expect(chosen).toHaveText('Dropped');
  await isChosen(page, 'Style of wave.png');
  const gone = {
    gesso: 1,
    name: 'Gone',
    steps: [{ studio: 'style', styles: [{ from: { picture: '/no/gone.png' } }] }],
  };
  writeFileSync(file, JSON.stringify(gone));
  await dropFiles(page, [file]);
  await expect(page.getByRole('alert')).toContainText('gone.png, in whose style Gone paints, is not there');
  await expect(chosen).toHaveText('Dropped');
  await app.close();
});

function recipeIn(file: string) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

test('a preview says that it is reduced only where strokes will be finer than it shows', async () => {
  const large = copies(folders.make('pictures'), ['hills.png'], 3200, 2000);
  const { app, page } = await openStudio(folders, { home: await folders.home(STYLE_MODELS) });
  await page.keyboard.press('Control+3');
  await dropFiles(page, large);
  await areReady(page, 1);
  await style(page, 'Style 3').click();
  await page.keyboard.press('p');
  await expect(page.getByText(/^Preview, reduced · 3200/)).toBeVisible({ timeout: 30_000 });
  // Four times as broad, the network sees 800 pixels: more than a slider waits for, but no more than a screen shows.
  await page.getByRole('slider', { name: 'Strokes' }).focus();
  await page.keyboard.press('End');
  await expect(page.getByText(/^Preview · 3200/)).toBeVisible({ timeout: 60_000 });
  await app.close();
});

test('without the models one button installs them', async () => {
  const files = copies(folders.make('pictures'), ['hills.png'], 96, 64);
  const { app, page } = await openStudio(folders);
  await page.keyboard.press('Control+3');
  await dropFiles(page, files);
  await areReady(page, 1);
  await page.getByRole('button', { name: /^Install the models/ }).click();
  await expect(page.locator('.shelf-style img')).toHaveCount(26, { timeout: 90_000 });
  await app.close();
});
