import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { dropFiles, frames, hasStatus, listed, willChoose } from './hands.ts';
import { objections } from './reach.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

const made = (page: Page) => page.getByRole('listbox', { name: 'Made pictures' }).getByRole('option');
const pad = (page: Page) => page.getByRole('slider', { name: 'Mixture of the seeds' });

test('a mixture of four seeds is found on the pad, made with others that are like it, and brought back from its file', async () => {
  const folder = folders.make('eyes');
  const studio = await openStudio(folders, { home: await folders.home(['omniart-eyes']) });
  const { app, page } = studio;
  await page.keyboard.press('Control+4');
  await page.locator('.welcome').getByRole('button', { name: 'Meanwhile, mix painted eyes' }).click();
  await willChoose(studio, folder);
  await page.getByRole('button', { name: 'Choose folder…' }).click();

  // The mixture is on the canvas, the seeds that it is of stand at the corners.
  await expect(page.getByText('Preview · 128 × 128')).toBeVisible();
  await expect(page.locator('.pad-corner img')).toHaveCount(4);
  await expect(pad(page)).toHaveAttribute('aria-valuetext', '1: 25 %, 2: 25 %, 3: 25 %, 4: 25 %');
  await page.locator('.pad').scrollIntoViewIfNeeded();
  const first = await page.locator('.pad-corner').first().boundingBox();
  const fourth = await page.locator('.pad-corner').nth(3).boundingBox();
  if (!first || !fourth) throw new Error('the pad is not to be seen');
  await page.mouse.move(fourth.x + 20, fourth.y + 20);
  await page.mouse.down();
  await page.mouse.move(first.x + 30, first.y + 30, { steps: 5 });
  await page.mouse.move(first.x + 20, first.y + 20);
  await page.mouse.up();
  await expect(pad(page)).toHaveAttribute('aria-valuetext', '1: 100 %, 2: 0 %, 3: 0 %, 4: 0 %');
  await pad(page).press('Shift+ArrowRight');
  await expect(pad(page)).toHaveAttribute('aria-valuetext', '1: 90 %, 2: 10 %, 3: 0 %, 4: 0 %');
  // All of a drag is one step of the history.
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect(pad(page)).toHaveAttribute('aria-valuetext', '1: 25 %, 2: 25 %, 3: 25 %, 4: 25 %');
  await pad(page).press('Shift+ArrowRight');

  await page.getByRole('combobox', { name: 'What is asked for' }).selectOption('blue');
  await expect(page.locator('.pad-corner img')).toHaveCount(4);
  await page.getByRole('spinbutton', { name: 'Seed 2' }).fill('77');
  await page.getByRole('button', { name: 'Without seed 3' }).click();
  await page.getByRole('spinbutton', { name: 'Pictures' }).fill('2');
  await page.getByRole('button', { name: 'Make 2 pictures' }).click();
  await hasStatus(page, '2 done');
  await expect(page.getByText('Made · 128 × 128')).toBeVisible();
  await expect(page.locator('.made img')).toHaveCount(2);
  expect(listed(folder)).toEqual(['blue_1.png', 'blue_2.png']);

  // Four that are like it.
  await made(page).last().click();
  await page.getByRole('button', { name: 'More like this' }).click();
  await hasStatus(page, '4 done');
  await expect(made(page)).toHaveCount(6);

  // Its settings come back with its file.
  await page.getByRole('button', { name: 'Other seeds' }).click();
  await expect(page.getByRole('spinbutton', { name: 'Seed 2' })).not.toHaveValue('77');
  await page.getByRole('radio', { name: 'Patterns' }).click();
  await dropFiles(page, [path.join(folder, 'blue_1.png')]);
  await expect(page.getByRole('spinbutton', { name: 'Seed 2' })).toHaveValue('77');
  await expect(page.getByRole('spinbutton', { name: 'Seed 3' })).toHaveValue('4');
  await expect(page.getByRole('combobox', { name: 'What is asked for' })).toHaveValue('blue');

  await app.close();
});

const pins = (page: Page) => page.getByRole('list', { name: 'Pins' }).getByRole('listitem');
const pin = (page: Page, number: number) => page.getByRole('button', { name: new RegExp(`^Pin ${number},`) });

test('places are pinned, come back to, and walked through as a clip; a sheet shows what lies near', async () => {
  const folder = folders.make('walks');
  const studio = await openStudio(folders, { home: await folders.home(['omniart-eyes']) });
  const { app, page } = studio;
  await page.keyboard.press('Control+4');
  await page.getByRole('radio', { name: 'Mixtures' }).click();
  await willChoose(studio, folder);
  await page.getByRole('button', { name: 'Choose folder…' }).click();
  await expect(page.getByText('Preview · 128 × 128')).toBeVisible();

  // Two places are kept; each is reached with a press, on the pad too, and undone like any other change.
  await pad(page).press('Shift+ArrowLeft');
  await page.getByRole('button', { name: 'Pin this place' }).click();
  await pad(page).press('Shift+ArrowRight');
  await pad(page).press('Shift+ArrowDown');
  await page.keyboard.press('Shift+N');
  await expect(pins(page)).toHaveCount(2);
  await expect(page.locator('.pin img')).toHaveCount(2);
  // The second lies under the handle.
  await expect(page.locator('.pad-pin')).toHaveText(['1']);
  await expect(pin(page, 2)).toHaveAttribute('aria-current', 'true');
  await page.locator('.pad-pin').first().click();
  await expect(pin(page, 1)).toHaveAttribute('aria-current', 'true');
  await expect(pad(page)).toHaveAttribute('aria-valuetext', '1: 30 %, 2: 20 %, 3: 30 %, 4: 20 %');
  await pin(page, 2).press('Enter');
  await expect(pad(page)).toHaveAttribute('aria-valuetext', '1: 20 %, 2: 20 %, 3: 30 %, 4: 30 %');
  await pin(page, 2).press('Delete');
  await expect(pins(page)).toHaveCount(1);
  await expect(pin(page, 1)).toBeFocused();
  await page.keyboard.press('Control+z');
  await expect(pins(page)).toHaveCount(2);
  expect(await objections('mixtures', studio)).toEqual([]);

  // One second each way: there and back.
  await page.getByRole('spinbutton', { name: 'Seconds from one to the next' }).fill('1');
  await expect(page.getByText('2 s, 50 frames')).toBeVisible();
  await page.getByRole('button', { name: 'Make the walk' }).click();
  await hasStatus(page, '1 done');
  await expect(page.getByText('A frame of the walk · 128 × 128')).toBeVisible();
  await page.getByRole('button', { name: 'Make a sheet of 12' }).click();
  await expect(page.getByText('Made · 512 × 384')).toBeVisible();
  await expect(page.locator('.made img')).toHaveCount(2);
  expect(listed(folder)).toEqual(['omniart-eyes_1_sheet.png', 'omniart-eyes_1_walk.mp4']);

  // The clip knows its pins, and is played where clips are.
  await pin(page, 1).press('Delete');
  await pin(page, 1).press('Delete');
  await dropFiles(page, [path.join(folder, 'omniart-eyes_1_walk.mp4')]);
  await expect(pins(page)).toHaveCount(2);
  await made(page).last().click();
  await page.getByRole('button', { name: 'Play in Interpolate' }).click();
  await expect(frames(page)).toHaveCount(1);
  await expect(page.locator('.player, .clip-room').first()).toBeVisible();
  await app.close();
});
