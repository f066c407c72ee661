import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { areReady, copies, frames, hasStatus, picture, restoreButton } from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

const chosen = (page: Page) =>
  frames(page).evaluateAll((all) =>
    all.flatMap((each) =>
      each.getAttribute('aria-selected') === 'true' ? each.getAttribute('aria-label')!.split(',')[0] : [],
    ),
  );
const names = (page: Page) =>
  frames(page).evaluateAll((all) =>
    all
      .toSorted((a, b) => Number(a.getAttribute('aria-posinset')) - Number(b.getAttribute('aria-posinset')))
      .map((each) => each.getAttribute('aria-label')!.split(',')[0]),
  );

test('several pictures are chosen by mouse and by keys, and what means this one means them all', async () => {
  const files = copies(folders.make('pictures'), ['a.png', 'b.png', 'c.png', 'd.png', 'e.png']);
  const { app, page } = await openStudio(folders, { files });
  await areReady(page, 5);
  const frame = frames(page);
  await frame.nth(1).click();
  await frame.nth(3).click({ modifiers: ['Shift'] });
  expect(await chosen(page)).toEqual(['b.png', 'c.png', 'd.png']);
  await expect(frame.nth(3)).toHaveAttribute('aria-current', 'true');
  await frame.nth(2).click({ modifiers: ['Control'] });
  expect(await chosen(page)).toEqual(['b.png', 'd.png']);

  await page.keyboard.press('Control+ArrowLeft');
  await expect(frame.nth(1)).toBeFocused();
  await page.keyboard.press('Control+ArrowLeft');
  await expect(frame.nth(0)).toBeFocused();
  // The ring of what has the focus but is not chosen.
  await expect(frame.nth(0)).toHaveCSS('outline-style', 'dashed');
  expect(await chosen(page)).toEqual(['b.png', 'd.png']);
  await page.keyboard.press('Space');
  expect(await chosen(page)).toEqual(['a.png', 'b.png', 'd.png']);
  await page.keyboard.press('Escape');
  expect(await chosen(page)).toEqual(['a.png']);
  await page.keyboard.press('Shift+ArrowRight');
  await expect(frame.nth(1)).toBeFocused();
  expect(await chosen(page)).toEqual(['a.png', 'b.png']);

  // In a field the same keys mean its text.
  await page.getByLabel('File name of the results').focus();
  await page.keyboard.press('Control+a');
  expect(await chosen(page)).toEqual(['a.png', 'b.png']);
  await page.getByRole('button', { name: 'Only these 2' }).click();
  await hasStatus(page, '2 done');
  await frame.nth(4).focus();
  await page.keyboard.press('Control+a');
  expect(await chosen(page)).toHaveLength(5);

  await frame.nth(0).click();
  await frame.nth(1).click({ modifiers: ['Shift'] });
  await page.keyboard.press('Delete');
  await expect(frame).toHaveCount(3);
  // What has the focus goes on from there.
  await expect(frame.nth(0)).toBeFocused();
  expect(await chosen(page)).toEqual(['c.png']);

  // They come back with what became of them, into their places.
  await page.keyboard.press('Control+z');
  await areReady(page, 5);
  expect(await names(page)).toEqual(['a.png', 'b.png', 'c.png', 'd.png', 'e.png']);
  await expect(frame.nth(0)).toHaveAccessibleName('a.png, Done');
  await page.keyboard.press('Control+Shift+z');
  await expect(frame).toHaveCount(3);
  await app.close();
});

test('the strip is sorted, also after a restart, and a frame says how it stands', async () => {
  const folder = folders.make('pictures');
  const small = copies(folder, ['p10.png', 'p9.png']);
  const [large] = copies(folder, ['a.png'], 384, 256);
  const home = await folders.home();
  const first = await openStudio(folders, { home, files: [...small, large!] });
  await areReady(first.page, 3);
  expect(await names(first.page)).toEqual(['p10.png', 'p9.png', 'a.png']);
  const sort = first.page.getByLabel('Sort pictures');
  await sort.selectOption('By name');
  expect(await names(first.page)).toEqual(['a.png', 'p9.png', 'p10.png']);
  await sort.selectOption('By size');
  expect(await names(first.page)).toEqual(['p10.png', 'p9.png', 'a.png']);
  await first.page.keyboard.press('Control+z');
  await expect(sort).toHaveValue('name');
  await frames(first.page).nth(0).hover();
  await expect(first.page.getByRole('tooltip')).toContainText('384 × 256 px');
  await expect.poll(() => readFileSync(path.join(home, 'session.json'), 'utf8')).toContain('"sort": "name"');
  await first.app.close();

  const second = await openStudio(folders, { home, files: [picture(64, 48)] });
  await areReady(second.page, 4);
  expect(await names(second.page)).toEqual(['a.png', 'drawn-64x48.png', 'p9.png', 'p10.png']);
  await second.app.close();
});

test('settings are undone and done again, a drag and a typed name as one step', async () => {
  const { app, page } = await openStudio(folders, { files: copies(folders.make('pictures'), ['a.png']) });
  await areReady(page, 1);
  const slider = page.getByRole('slider', { name: 'Strength' });
  const box = (await slider.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  for (const step of [30, 60, 90]) await page.mouse.move(box.x - step, box.y + box.height / 2);
  await page.mouse.up();
  const dragged = await slider.getAttribute('aria-valuenow');
  expect(Number(dragged)).toBeLessThan(80);
  const name = page.getByLabel('File name of the results');
  await name.fill('{name}');
  await name.pressSequentially('-new');
  await page.getByRole('radio', { name: '4 times' }).click();
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('radio', { name: '2 times' })).toBeChecked();
  await page.keyboard.press('Control+z');
  await expect(name).toHaveValue('{name}_{model}');
  await page.keyboard.press('Control+z');
  await expect(slider).toHaveAttribute('aria-valuenow', '100');
  await page.keyboard.press('Control+Shift+z');
  await expect(slider).toHaveAttribute('aria-valuenow', dragged!);
  await expect(restoreButton(page)).toBeEnabled();
  await app.close();
});

test('the card says how fast the model is here as soon as it has worked, and for how long it will', async () => {
  const folder = folders.make('pictures');
  const files = [...copies(folder, ['large.png'], 640, 480), ...copies(folder, ['a.png'])];
  const { app, page } = await openStudio(folders, { files });
  await areReady(page, 2);
  await expect(page.getByText(/0\.\d M parameters/)).toBeVisible();
  await expect(page.getByText('Speed here: not measured yet')).toBeVisible();
  await expect(page.getByText(/^About /)).toBeHidden();
  await restoreButton(page).click();
  await hasStatus(page, '2 done');
  await expect(page.getByText(/megapixels a second here · about \d+ s for this picture/)).toBeVisible();
  await expect(page.getByText(/^About \d+ s$/)).toBeVisible();
  await app.close();
});

test('a file name is put together of parts, without a mouse', async () => {
  const { app, page } = await openStudio(folders, { files: copies(folders.make('pictures'), ['a.png']) });
  await areReady(page, 1);
  const name = page.getByLabel('File name of the results');
  await name.fill('x-y');
  await name.press('ArrowLeft');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const parts = page.getByRole('menuitem');
  await expect(parts).toHaveCount(5);
  await expect(parts.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(name).toHaveValue('x-{scale}y');
  await expect(name).toBeFocused();
  await page.keyboard.type('!');
  await expect(page.getByText('x-2!y.png')).toBeVisible();
  await page.getByRole('button', { name: 'Parts' }).press('Enter');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Parts' })).toBeFocused();
  await app.close();
});
