import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import {
  areReady,
  chooseSize,
  copies,
  dropFiles,
  frames,
  hasStatus,
  listed,
  restoreButton,
} from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

test('dropped pictures are restored, compared, shown in their folder and exported', async () => {
  const folder = folders.make('pictures');
  const files = copies(folder, ['one.png', 'two.png']);
  const { app, page } = await openStudio(folders);
  await expect(page.getByText('Drop pictures here')).toBeVisible();
  await expect(page.getByText('Open a picture first.')).toBeVisible();

  await dropFiles(page, files);
  await areReady(page, 2);
  await chooseSize(page, 4);
  await expect(page.getByText('96 × 64 → 384 × 256 px')).toBeVisible();
  await expect(page.getByText('one_span-x4.png')).toBeVisible();
  await restoreButton(page).click();
  await hasStatus(page, '2 done');
  expect(listed(folder)).toEqual(['one.png', 'one_span-x4.png', 'two.png', 'two_span-x4.png']);
  await expect(page.getByText('Before · 96 × 64')).toBeVisible();
  await expect(page.getByText('After · 384 × 256')).toBeVisible();

  const revealed = await app.evaluate(({ shell }) => {
    const seen: string[] = [];
    shell.showItemInFolder = (file) => void seen.push(file);
    Object.assign(globalThis, { seen });
    return seen;
  });
  expect(revealed).toEqual([]);
  await page.getByRole('button', { name: 'Show the result in its folder' }).click();
  await expect
    .poll(() => app.evaluate(() => (globalThis as unknown as { seen: string[] }).seen))
    .toEqual([path.join(folder, 'one_span-x4.png')]);

  const target = path.join(folders.make('export'), 'copy.png');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as typeof dialog.showSaveDialog;
  }, target);
  await page.getByRole('button', { name: 'Export a copy' }).click();
  await expect.poll(() => existsSync(target)).toBe(true);
  expect(readFileSync(target).equals(readFileSync(path.join(folder, 'one_span-x4.png')))).toBe(true);
  await app.close();
});

test('the divider is dragged and stepped, the picture zoomed to the pointer and panned', async () => {
  const [file] = copies(folders.make('pictures'), ['one.png']);
  const { app, page } = await openStudio(folders, { files: [file!] });
  await areReady(page, 1);
  await restoreButton(page).click();
  await hasStatus(page, '1 done');

  const knob = page.getByRole('slider', { name: 'Divider between before and after' });
  await expect(knob).toHaveAttribute('aria-valuenow', '50');
  const box = (await knob.boundingBox())!;
  await page.mouse.move(box.x + 15, box.y + 15);
  await page.mouse.down();
  await page.mouse.move(box.x + 215, box.y + 15, { steps: 5 });
  await page.mouse.up();
  await expect.poll(async () => Number(await knob.getAttribute('aria-valuenow'))).toBeGreaterThan(60);
  expect((await knob.boundingBox())!.x).toBeCloseTo(box.x + 200, -1);
  await knob.focus();
  await page.keyboard.press('Home');
  await expect(knob).toHaveAttribute('aria-valuetext', '0 % before, 100 % after');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(knob).toHaveAttribute('aria-valuenow', '11');

  const zoom = page.locator('.tool-zoom');
  const percent = async () => Number.parseInt((await zoom.textContent())!.replace('Zoom: ', ''), 10);
  await page.getByRole('button', { name: '1:1' }).click();
  await expect(zoom).toHaveText('Zoom: 100 %');
  await page.keyboard.press('2');
  await expect(zoom).toHaveText('Zoom: 200 %');
  const area = (await page.locator('.canvas-area').boundingBox())!;
  await page.mouse.move(area.x + area.width * 0.7, area.y + area.height / 2);
  await page.mouse.wheel(0, -240);
  await expect.poll(percent).toBeGreaterThan(250);
  await page.keyboard.press('0');
  await expect.poll(percent).toBeGreaterThan(300);

  await page.getByRole('button', { name: 'Before', exact: true }).click();
  await expect(knob).toBeHidden();
  await expect(page.getByText(/^After ·/)).toBeHidden();
  await app.close();
});

test('pictures and folders are opened by dialog, and results go to a chosen folder', async () => {
  const folder = folders.make('pictures');
  copies(path.join(folder, 'inner'), ['deep.png']);
  copies(folder, ['a.png', 'notes.txt']);
  const results = folders.make('results');
  const { app, page } = await openStudio(folders);
  const answer = (filePaths: string[]) =>
    app.evaluate(({ dialog }, paths) => {
      dialog.showOpenDialog = (async () => ({
        canceled: paths.length === 0,
        filePaths: paths,
      })) as typeof dialog.showOpenDialog;
    }, filePaths);
  await answer([]);
  await page.getByRole('button', { name: 'Open files…' }).click();
  await expect(page.getByText('Drop pictures here')).toBeVisible();
  await answer([folder]);
  await page.getByRole('button', { name: 'Open folder…' }).click();
  await areReady(page, 2);
  await answer([results]);
  await page.getByRole('button', { name: 'Choose folder…' }).click();
  await expect(page.getByText(`In “${path.basename(results)}”`)).toBeVisible();
  await page.getByLabel('Format').selectOption('jpeg');
  await page.getByLabel('File name of the results').fill('{index}-{name}');
  await expect(page.getByText('1-a.jpg')).toBeVisible();
  await restoreButton(page).click();
  await hasStatus(page, '2 done');
  expect(listed(results)).toEqual(['1-a.jpg', '2-deep.jpg']);
  await app.close();
});

test('the sample picture, a bad name and a list taken empty again', async () => {
  const { app, page } = await openStudio(folders);
  await page.getByRole('button', { name: 'Try it with a sample picture' }).click();
  await areReady(page, 1);
  await page.getByLabel('File name of the results').fill('{photo}');
  await expect(
    page.getByText('{photo} means nothing here. Use {name} {model} {scale} {date} {index}.').first(),
  ).toBeVisible();
  await expect(restoreButton(page)).toHaveAttribute('aria-disabled', 'true');
  await frames(page).focus();
  await page.keyboard.press('Delete');
  await expect(page.getByText('Drop pictures here')).toBeVisible();
  await app.close();
});

test('a second start on the same data folder hands its pictures to the first', async () => {
  const [one, two] = copies(folders.make('pictures'), ['one.png', 'two.png']);
  const { app, page, home } = await openStudio(folders, { files: [one!] });
  await areReady(page, 1);
  const second = await openStudio(folders, { home, files: [two!] }).catch(() => undefined);
  expect(second).toBeUndefined();
  await areReady(page, 2);
  await app.close();
});
