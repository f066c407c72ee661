import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { areReady, copies, dropFiles, frames, listed, picture } from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

/** The tests' Electron may be older than the one that the types describe (main/app/clipboard.ts). */
interface AnyClipboard {
  clear(): void;
  writeBuffer(format: string, bytes: Buffer): void;
  writeImage(image: Electron.NativeImage): void;
}

/** Copies as a file manager does. */
async function copyFiles(app: ElectronApplication, files: readonly string[]): Promise<void> {
  const text = files.map((file) => `${pathToFileURL(file).href}\r\n`).join('');
  await app.evaluate(({ clipboard }, uris) => {
    const older = clipboard as unknown as AnyClipboard;
    older.clear();
    older.writeBuffer('text/uri-list', Buffer.from(uris));
  }, text);
}

/** What the Edit menu's entry does. */
async function pasteFromMenu(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ Menu, BrowserWindow }) => {
    const edit = Menu.getApplicationMenu()!.items.find(({ label }) => label === 'Edit')!;
    const paste = edit.submenu!.items.find(({ label }) => label === 'Paste')!;
    paste.click(undefined, BrowserWindow.getAllWindows()[0]);
  });
}

const recent = (page: Page) => page.locator('.recent-name').allTextContents();

test('files, folders and pictures are pasted, and what is none is said', async () => {
  const folder = folders.make('pictures');
  const [one] = copies(folder, ['one.png']);
  copies(path.join(folder, 'more'), ['two.png', 'three.png']);
  const { app, page, home } = await openStudio(folders);
  await app.evaluate(({ clipboard }) => (clipboard as unknown as AnyClipboard).clear());
  await page.keyboard.press('Control+v');
  await expect(page.getByRole('alert')).toContainText('There is no picture to paste.');
  await page.getByRole('button', { name: 'Close' }).click();

  await copyFiles(app, [one!, path.join(folder, 'more')]);
  await page.keyboard.press('Control+v');
  await areReady(page, 3);

  await app.evaluate(
    ({ clipboard, nativeImage }, file) => {
      const older = clipboard as unknown as AnyClipboard;
      older.clear();
      older.writeImage(nativeImage.createFromPath(file));
    },
    picture(64, 48),
  );
  await page.keyboard.press('Control+v');
  await areReady(page, 4);
  await expect(frames(page).nth(3)).toHaveAccessibleName(/^pasted \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png/);
  expect(listed(path.join(home, 'pasted'))).toHaveLength(1);

  // From the menu: text into the field that has the focus, pictures anywhere else.
  const name = page.getByLabel('File name of the results');
  await name.fill('');
  await copyFiles(app, [picture(96, 64)]);
  await pasteFromMenu(app);
  await page.getByRole('slider', { name: 'Strength' }).focus();
  await expect(frames(page)).toHaveCount(4);
  await pasteFromMenu(app);
  await areReady(page, 5);
  await app.close();
});

test('what was opened lately is offered again, as long as it is there', async () => {
  const home = await folders.home();
  const folder = folders.make('pictures');
  const files = copies(folder, ['one.png', 'two.png']);
  const first = await openStudio(folders, { home, files: [files[0]!] });
  await areReady(first.page, 1);
  await dropFiles(first.page, [files[1]!]);
  await areReady(first.page, 2);
  await first.page.getByRole('button', { name: 'Restore 2 pictures' }).focus();
  await first.page.keyboard.press('Control+Shift+Delete');
  expect(await recent(first.page)).toEqual(['two.png', 'one.png']);
  await first.page.getByRole('button', { name: 'one.png' }).click();
  await areReady(first.page, 1);
  await first.page.keyboard.press('Control+Shift+Delete');
  expect(await recent(first.page)).toEqual(['one.png', 'two.png']);
  await first.app.close();

  rmSync(files[0]!);
  const second = await openStudio(folders, { home });
  expect(await recent(second.page)).toEqual(['two.png']);
  const labels = await second.app.evaluate(({ Menu }) => {
    const file = Menu.getApplicationMenu()!.items.find(({ label }) => label === 'File')!;
    const submenu = file.submenu!.items.find(({ label }) => label === 'Open recent')!.submenu!;
    submenu.items[0]!.click();
    return submenu.items.map(({ label }) => label);
  });
  expect(labels).toEqual([`two.png in ${path.basename(folder)}`, '', 'Clear list']);
  await areReady(second.page, 1);
  await second.page.keyboard.press('Control+Shift+Delete');
  await second.page.getByRole('button', { name: 'Clear list' }).click();
  expect(await recent(second.page)).toEqual([]);
  expect(JSON.parse(readFileSync(path.join(home, 'recent.json'), 'utf8')).paths).toEqual([]);
  await second.app.close();
});

test('files are dropped on any part of the window', async () => {
  const names = ['a.png', 'b.png', 'c.png', 'd.png', 'e.png'];
  const files = copies(folders.make('pictures'), names);
  const { app, page } = await openStudio(folders);
  const places = ['.welcome', '.inspector', '.strip', '.header', '.status'];
  for (const [at, place] of places.entries()) {
    await dropFiles(page, [files[at]!], place);
    await areReady(page, at + 1);
  }
  await app.close();
});
