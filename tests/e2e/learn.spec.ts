import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { pngOf } from '../../main/ipc/drawn-picture.ts';
import { dropFiles, hasStatus, listed, willChoose } from './hands.ts';
import { objections } from './reach.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

/** Small pictures of one kind: a spot on a ground, each elsewhere and in another colour. */
function spots(folder: string, count: number): string[] {
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: count }, (_, at) => {
    const [x0, y0] = [10 + ((at * 7) % 28), 10 + ((at * 11) % 28)];
    const file = path.join(folder, `spot-${String(at).padStart(2, '0')}.png`);
    writeFileSync(
      file,
      pngOf(48, 48, (x, y) =>
        Math.hypot(x - x0, y - y0) < 9 ? [220, 60 + 3 * at, 40] : [30, 40 + y, 120 + 2 * at],
      ),
    );
    return file;
  });
}

const things = (page: Page) => page.getByRole('listbox', { name: 'Learnt' }).getByRole('option');
const howFar = (page: Page) => page.locator('.learn-how-far');

test('a folder of pictures is learnt, stopped, gone on with, and used', async () => {
  const pictures = path.join(folders.make('learn'), 'spots');
  const files = spots(pictures, 40);
  const results = folders.make('results');
  const studio = await openStudio(folders, { home: folders.make('home') });
  const { app, page } = studio;
  await page.keyboard.press('Control+5');
  await expect(page.getByRole('heading', { name: 'Drop a folder of your pictures here' })).toBeVisible();
  const start = page.getByRole('button', { name: 'Start learning' });
  await expect(start).toHaveAttribute('aria-disabled', 'true');

  // One picture is too few, and it says so.
  await dropFiles(page, [files[0]!]);
  await expect(page.getByText('There is 1 picture; at least 16 are needed.')).toBeVisible();
  await expect(start).toHaveAttribute('aria-disabled', 'true');

  await willChoose(studio, pictures);
  await page.locator('.inspector').getByRole('button', { name: 'Choose folder…' }).click();
  await expect(page.locator('.learn-source')).toContainText('40 pictures');
  await page.getByRole('radio', { name: 'Steps', exact: true }).click();
  await page.getByRole('spinbutton', { name: 'Steps', exact: true }).fill('60');
  await start.click();
  await expect(howFar(page)).toHaveText(/^Learning · step \d+/, { timeout: 20_000 });
  await expect(page.getByRole('img', { name: /^What is missed: / })).toBeVisible();

  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(howFar(page)).toHaveText(/^Stopped · step \d+$/);
  await expect(page.getByText('What it has learnt so far is kept')).toBeVisible();
  const stopped = Number(/\d+$/.exec((await howFar(page).textContent())!)![0]);
  expect(stopped).toBeLessThan(60);
  await page.keyboard.press('Shift+O');
  await expect(page.getByRole('heading', { name: 'What can be done with it' })).toBeVisible({
    timeout: 40_000,
  });
  await hasStatus(page, /1 done/);
  await expect(things(page)).toHaveCount(1);
  await expect(page.locator('.learn-card')).toContainText('60');

  // Where results go is chosen in the settings.
  await page.evaluate(() => undefined);
  await page.getByRole('button', { name: 'Sliders' }).click();
  await expect(page.getByText(/^Kept as sliders/)).toBeVisible({ timeout: 20_000 });
  await expect(page.locator('.learn-picture img')).toBeVisible();
  expect(await objections('learn-used', studio)).toEqual([]);
  void results;
  void listed;
  await app.close();
});
