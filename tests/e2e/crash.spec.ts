import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { areReady, copies, enginesOf, hasStatus } from './hands.ts';
import { Folders, type OpenStudio, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

test('a page that dies comes back with all that was open, and offers a report to read and save', async () => {
  const folder = folders.make('pictures');
  const files = copies(folder, ['summer-holiday.png', 'two.png']);
  const { app, page, home } = await openStudio(folders, { files });
  await areReady(page, 2);
  await app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer(),
  );
  // Playwright gives a crashed page up for good, so the one that came back is asked through its window.
  const seen = (script: string) =>
    app.evaluate(({ BrowserWindow }, code) => {
      const asked = BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(code);
      // What is asked while there is no page is never answered.
      return Promise.race([asked, new Promise((resolve) => setTimeout(() => resolve('none'), 1000))]);
    }, script);
  await expect
    .poll(
      () => seen('document.querySelectorAll(".room[data-phase=ready] .frame img").length').catch(String),
      {
        timeout: 20_000,
      },
    )
    .toBe(2);
  expect(await seen('document.querySelector(".notice")?.textContent')).toContain(
    'Something in Gesso stopped',
  );
  await app.close();

  // It is offered until somebody has seen it.
  const again = await openStudio(folders, { home });
  await areReady(again.page, 2);
  await readAndSave(again, folder);
  expect(readdirSync(path.join(home, 'logs')).some((name) => /^crash-.*\.txt$/.test(name))).toBe(true);
  await again.app.close();
});

async function readAndSave({ app, page }: OpenStudio, folder: string): Promise<void> {
  await page.getByRole('button', { name: 'Read the report' }).click();
  const text = page.locator('.report-text');
  await expect(text).toContainText('The page died: ');
  await expect(text).not.toContainText('summer-holiday');

  const saved = path.join(folder, 'report.txt');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath });
  }, saved);
  await page.getByRole('button', { name: 'Save…' }).click();
  await expect.poll(() => readdirSync(folder)).toContain('report.txt');
  expect(readFileSync(saved, 'utf8')).toBe(await text.textContent());
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('button', { name: 'Read the report' })).toBeHidden();
}

test('an engine that dies is in the report, which can be read at any time', async () => {
  const files = copies(folders.make('pictures'), ['one.png'], 600, 400);
  const { app, page } = await openStudio(folders, { files });
  await areReady(page, 1);
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => enginesOf(app.process().pid!).length).toBeGreaterThan(1);
  for (const pid of enginesOf(app.process().pid!)) process.kill(pid, 'SIGKILL');
  await hasStatus(page, '1 done');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('report');
  await page.keyboard.press('Enter');
  await expect(page.locator('.report-text')).toContainText(/the engine for \w+ ended: signal SIGKILL/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await app.close();
});
