import { renameSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { areReady, copies, frames, hasStatus, restoreButton } from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

test('the focus never falls to the page when what had it goes away, and what matters is said aloud', async () => {
  const folder = folders.make('pictures');
  const [one, two] = copies(folder, ['one.png', 'two.png'], 384, 256);
  const { app, page } = await openStudio(folders);
  const isHeld = async (what: string) => {
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.tagName), { message: what })
      .not.toBe('BODY');
  };
  const press = async (name: string | RegExp, gone = true) => {
    const button = page.getByRole('button', { name, exact: typeof name === 'string' }).first();
    await button.focus();
    await page.keyboard.press('Enter');
    if (gone) await expect(button).toBeHidden();
    await isHeld(String(name));
  };
  const calm = page.locator('[data-spoken="calm"]');
  const urgent = page.locator('[data-spoken="urgent"]');

  await press('Try it with a sample picture');
  await areReady(page, 1);
  await isHeld('the sample');
  await press('Preview', false);
  await press('Close the preview');
  await press('Preview', false);
  await expect(calm).toHaveText('The preview is there', { timeout: 30_000 });
  await press('Preview', false);

  for (const name of ['Models', 'Queue', 'Settings']) {
    await press(name, false);
    await press('Close');
    await expect(page.getByRole('button', { name, exact: true })).toBeFocused();
  }
  await press('Change the model');
  await press('Close');
  await expect(page.getByRole('button', { name: 'Change the model' })).toBeFocused();

  await page.keyboard.press('Control+/');
  await press('No keys for “Fill”');
  await press('Reset “Fill”');
  await press('Back');
  await page.keyboard.press('Escape');

  // A picture that fails, is tried again and goes.
  await app.evaluate(
    ({ dialog }, filePaths) => {
      dialog.showOpenDialog = (async () => ({ canceled: false, filePaths })) as typeof dialog.showOpenDialog;
    },
    [one!, two!],
  );
  await page.keyboard.press('Control+o');
  await areReady(page, 3);
  renameSync(one!, `${one}.away`);
  await restoreButton(page).click();
  await expect(urgent).toHaveText('1 picture failed. The queue says why.', { timeout: 60_000 });
  await hasStatus(page, '2 done, 1 failed');
  await expect(calm).toHaveText('Restoring is over: 2 done, 1 failed');
  await frames(page).nth(1).click();
  await press('Try again', false);
  await hasStatus(page, '2 done, 1 failed');
  renameSync(`${one}.away`, one!);
  await press('Try failed again');
  await hasStatus(page, '3 done');
  await page.keyboard.press('Control+j');
  await press(/^Take off the list/);
  await page.keyboard.press('Escape');
  await frames(page).first().focus();
  await page.keyboard.press('Delete');
  await expect(frames(page)).toHaveCount(2);
  await isHeld('a picture that was taken off');
  await app.close();
});
