import { expect, type Page, test } from '@playwright/test';
import { areReady, chooseSize, copies, hasStatus, restoreButton } from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

/** Colour on the canvas at a share of its width and height, 0..255 each; all 0 where nothing is drawn. */
function colourAt(page: Page, x: number, y: number): Promise<number[]> {
  return page.evaluate(
    ([left, top]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.canvas-stage canvas')!;
      const context = canvas.getContext('2d')!;
      const at = [Math.round(left! * canvas.width), Math.round(top! * canvas.height)] as const;
      return [...context.getImageData(...at, 1, 1).data];
    },
    [x, y],
  );
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

test('before and after are compared in every way', async () => {
  const [file] = copies(folders.make('pictures'), ['one.png']);
  const { app, page } = await openStudio(folders, { files: [file!] });
  await areReady(page, 1);
  await chooseSize(page, 4);
  await restoreButton(page).click();
  await hasStatus(page, '1 done');
  const knob = page.getByRole('slider', { name: 'Divider between before and after' });
  const area = (await page.locator('.canvas-area').boundingBox())!;
  const tag = (words: RegExp) => page.locator('.canvas-tag', { hasText: words });

  // Split from top to bottom: the knob goes where its arrow points, and a drag moves it.
  await press(page, 'Before above after');
  await expect(knob).toHaveAttribute('aria-orientation', 'vertical');
  await knob.focus();
  await page.keyboard.press('Shift+ArrowDown');
  await expect(knob).toHaveAttribute('aria-valuenow', '60');
  const box = (await knob.boundingBox())!;
  await page.mouse.move(box.x + 15, box.y + 15);
  await page.mouse.down();
  await page.mouse.move(box.x + 15, box.y - 85, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => (await knob.boundingBox())!.y).toBeCloseTo(box.y - 100, -1);

  // Side by side, in step: what is under the pointer stays there in both halves.
  await press(page, 'Side by side');
  await expect(knob).toBeHidden();
  await expect(tag(/^Before ·/)).toBeVisible();
  await expect(tag(/^After ·/)).toBeVisible();
  await page.mouse.move(area.x + area.width * 0.75, area.y + area.height * 0.5);
  await page.mouse.wheel(0, -400);
  await page.waitForTimeout(100);
  const [left, right] = [await colourAt(page, 0.25, 0.5), await colourAt(page, 0.75, 0.5)];
  for (const c of [0, 1, 2]) expect(Math.abs(left[c]! - right[c]!)).toBeLessThan(24);
  expect(right[3]).toBe(255);

  // The difference: dark where both agree, brightened by a key.
  await page.keyboard.press('0');
  await press(page, 'Difference');
  await expect(tag(/^Difference × 4$/)).toBeVisible();
  const dark = await colourAt(page, 0.5, 0.5);
  expect(Math.max(...dark.slice(0, 3))).toBeLessThan(40);
  await page.keyboard.press('g');
  await expect(tag(/^Difference × 16$/)).toBeVisible();
  expect(await page.locator('.canvas-stage canvas').evaluate((canvas) => canvas.style.filter)).toBe(
    'brightness(16)',
  );

  // The lens follows the pointer; a key flickers.
  await press(page, 'Lens');
  await page.mouse.move(area.x + area.width * 0.4, area.y + area.height * 0.4);
  await expect(tag(/^Lens: before ·/)).toBeVisible();
  await page.locator('.canvas-area').focus();
  await page.keyboard.press('x');
  await expect(tag(/^Before ·/)).toBeVisible();
  await page.keyboard.press('x');
  await expect(tag(/^After ·/)).toBeVisible();
  await expect(tag(/^Before ·/)).toBeHidden();

  // The minimap is there when not all is seen; a press on it brings that part.
  const minimap = page.locator('.minimap');
  await page.keyboard.press('0');
  await expect(minimap).toBeHidden();
  for (let i = 0; i < 8; i++) await page.keyboard.press('+');
  await expect(minimap).toBeVisible();
  const map = (await minimap.boundingBox())!;
  await page.mouse.click(map.x + map.width * 0.9, map.y + map.height * 0.9);
  const frame = async () => (await page.locator('.minimap-frame').boundingBox())!;
  await expect.poll(async () => (await frame()).x).toBeGreaterThan(map.x + map.width * 0.5);
  await expect.poll(async () => (await frame()).y).toBeGreaterThan(map.y + map.height * 0.5);

  // The pixel under the pointer is read in both, and none beside the picture.
  const readout = page.locator('.readout');
  await page.keyboard.press('0');
  await page.mouse.move(area.x + area.width / 2, area.y + area.height / 2);
  await expect(readout).toHaveText(/^19\d, 12\d · before \d+ \d+ \d+ · after \d+ \d+ \d+$/);
  await page.mouse.move(area.x + 4, area.y + 4);
  await expect(readout).toBeHidden();

  // Fill leaves no edge bare.
  await page.keyboard.press('f');
  await expect.poll(async () => (await colourAt(page, 0.005, 0.5))[3]).toBe(255);
  await expect.poll(async () => (await colourAt(page, 0.5, 0.005))[3]).toBe(255);
  await app.close();
});

test('every command is found and run by its name', async () => {
  const [file] = copies(folders.make('pictures'), ['one.png']);
  const { app, page } = await openStudio(folders, { files: [file!] });
  await areReady(page, 1);
  // A picture is fitted when it comes, which would undo a zoom that was asked for before.
  await expect.poll(async () => (await colourAt(page, 0.5, 0.5))[3]).toBe(255);
  await page.locator('.canvas-area').focus();
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Command' });
  await expect(field).toBeFocused();
  await page.keyboard.type('actual');
  await expect(page.getByRole('option', { name: /Actual pixels/ })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page.locator('.palette')).toBeHidden();
  await expect(page.locator('.tool-zoom')).toHaveText('Zoom: 100 %');
  await expect(page.locator('.canvas-area')).toBeFocused();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('queue');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  // What cannot be done now does nothing.
  await page.getByRole('option', { name: /Try failed again/ }).click({ force: true });
  await expect(field).toBeVisible();
  await page.keyboard.type(' nonsense');
  await expect(page.getByText('No command is called that.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.palette')).toBeHidden();
  await app.close();
});
