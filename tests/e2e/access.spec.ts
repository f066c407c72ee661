import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { areReady, copies, frames, hasStatus } from './hands.ts';
import { objections } from './reach.ts';
import { Folders, type OpenStudio, openStudio, resize } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

/** Dialogs of the system, answered. */
async function answerDialogs({ app }: OpenStudio, pictures: string[], target: string): Promise<void> {
  await app.evaluate(
    ({ dialog }, [filePaths, filePath]) => {
      dialog.showOpenDialog = (async () => ({ canceled: false, filePaths })) as typeof dialog.showOpenDialog;
      dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as typeof dialog.showSaveDialog;
    },
    [pictures, target] as const,
  );
}

const textSize = (page: OpenStudio['page']) => page.getByRole('combobox', { name: 'Text size' });

test('the size of the text is chosen, holds at once, stays sharp and is there at the next start', async () => {
  const files = copies(folders.make('pictures'), ['one.png'], 384, 256);
  const { app, page, home } = await openStudio(folders, { files });
  await areReady(page, 1);
  // Ready is what the strip shows; the canvas may come later.
  await expect(page.locator('.tool-zoom')).toBeVisible();
  await page.locator('.canvas-area').focus();
  await page.keyboard.press('1');
  await expect(page.locator('.tool-zoom')).toContainText('100 %');
  const width = await page.evaluate(() => innerWidth);
  await page.keyboard.press('Control+,');
  await textSize(page).focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.evaluate(() => innerWidth)).toBe(Math.round(width / 2));
  await expect(textSize(page)).toHaveValue('200');
  // The panel that was beside the canvas lies over it now, and the picture keeps its own zoom.
  await page.keyboard.press('Escape');
  await expect(page.locator('.tool-zoom')).toContainText('100 %');
  const pixels = () =>
    page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>('.canvas-stage canvas')!;
      return canvas.width / canvas.getBoundingClientRect().width;
    });
  await expect.poll(pixels).toBeCloseTo(2, 1);
  await page.reload();
  await areReady(page, 1);
  expect(await page.evaluate(() => devicePixelRatio)).toBe(2);
  await app.close();
  const again = await openStudio(folders, { home });
  await expect.poll(() => again.page.evaluate(() => devicePixelRatio)).toBe(2);
  // Whatever panel came back: the shortcuts, and from them to all settings.
  await again.page.keyboard.press('Control+/');
  await again.page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(textSize(again.page)).toHaveValue('200');
  await again.app.close();
});

// The smallest window that it may have: what fits there fits into any.
for (const [width, height] of [[1024, 640]] as const)
  test(`at 200 % in ${width} × ${height} all of it is done by keyboard, and nothing is out of reach`, async () => {
    test.setTimeout(240_000);
    const home = await folders.home();
    writeFileSync(path.join(home, 'window.json'), JSON.stringify({ textSize: 200, theme: 'dark' }));
    const folder = folders.make('pictures');
    const pictures = copies(folder, ['one.png', 'two.png'], 384, 256);
    const copy = path.join(folder, 'copy.png');
    const studio = await openStudio(folders, { home });
    const { app, page } = studio;
    await resize(studio, [width, height], 2);
    await answerDialogs(studio, pictures, copy);
    const found: string[] = [];
    const visit = async (name: string) => {
      found.push(...(await objections(name, studio)));
    };
    const button = (name: string | RegExp) => page.getByRole('button', { name });
    await visit('empty');

    await page.keyboard.press('Control+o');
    await areReady(page, 2);
    await frames(page).first().focus();
    await page.keyboard.press('p');
    await expect(page.locator('.canvas-tag', { hasText: /^Preview/ })).toBeVisible({ timeout: 30_000 });
    await expect(page.locator('.canvas-chip')).toBeHidden({ timeout: 30_000 });
    await visit('preview');
    await page.keyboard.press('p');
    await page.keyboard.press('m');
    await expect(page.locator('.compare-progress')).toHaveText('1 of 1 compared', { timeout: 30_000 });
    await visit('compared');
    await page.keyboard.press('Escape');
    await expect(frames(page).first()).toBeFocused();

    // The inspector is a drawer here: it takes the focus and gives it back.
    const opener = button('Restore settings');
    await opener.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Restore settings' })).toBeFocused();
    await visit('inspector');
    await page.getByRole('button', { name: 'Change the model' }).focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'Models' })).toBeFocused();
    await visit('models');
    await page.keyboard.press('Escape');
    await expect(button('Change the model')).toBeFocused();
    await button('Restore 2 pictures').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect(page.locator('aside')).toBeHidden();
    await expect(opener).toBeFocused();
    await hasStatus(page, '2 done');
    await frames(page).first().focus();
    await visit('done');

    await page.keyboard.press('Control+Shift+s');
    await expect.poll(() => existsSync(copy)).toBe(true);

    await page.keyboard.press('Control+j');
    await page.locator('.job .queue-row').first().waitFor();
    await visit('queue');
    await page.keyboard.press('Escape');
    await expect(frames(page).first()).toBeFocused();
    await page.keyboard.press('Control+,');
    await visit('settings');
    for (const name of ['Keyboard shortcuts', 'Privacy', 'About Gesso']) {
      await button(name).focus();
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { name })).toBeFocused();
      await visit(name.split(' ')[0]!.toLowerCase());
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await visit('palette');
    await page.keyboard.type('report');
    await page.keyboard.press('Enter');
    await expect(page.locator('.report-text')).toContainText('Gesso');
    await visit('report');
    await page.keyboard.press('Escape');
    expect(found).toEqual([]);
    await app.close();
  });
