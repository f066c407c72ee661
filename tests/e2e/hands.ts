import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { drawnPicture, pngOf } from '../../main/ipc/drawn-picture.ts';
import { cacheFolder, type OpenStudio } from './studio.ts';

/** Drops real files: the page's own input takes them from the disk, and its File objects are dropped on the window. */
export async function dropFiles(page: Page, files: readonly string[], on = '.canvas'): Promise<void> {
  await page.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.id = 'files-to-drop';
    document.body.append(input);
  });
  await page.setInputFiles('#files-to-drop', [...files]);
  await page.evaluate((place) => {
    const input = document.querySelector<HTMLInputElement>('#files-to-drop')!;
    const dataTransfer = new DataTransfer();
    for (const file of input.files ?? []) dataTransfer.items.add(file);
    const target = document.querySelector(place)!;
    target.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
    input.remove();
  }, on);
}

/** Kept for later runs, which take what is there for whole. */
function writeWhole(file: string, bytes: Uint8Array): void {
  const part = `${file}.part`;
  writeFileSync(part, bytes);
  renameSync(part, file);
}

/** A drawn picture of that size, made once. */
export function picture(width: number, height: number): string {
  const file = path.join(cacheFolder('e2e'), `drawn-${width}x${height}.png`);
  if (!existsSync(file)) writeWhole(file, drawnPicture(width, height));
  return file;
}

/** Colour of a pixel of `gradient`: every pixel differs from its neighbours. */
export function gradientAt(x: number, y: number): [number, number, number] {
  return [x & 255, y & 255, ((x >> 8) * 16 + (y >> 8)) & 255];
}

/** A large picture of which every pixel is known, made once. */
export function gradient(width: number, height: number): string {
  const file = path.join(cacheFolder('e2e'), `gradient-${width}x${height}.png`);
  if (!existsSync(file)) writeWhole(file, pngOf(width, height, gradientAt));
  return file;
}

/** Copies of a drawn picture in `folder`: one.png, two.png, ... */
export function copies(folder: string, names: readonly string[], width = 96, height = 64): string[] {
  mkdirSync(folder, { recursive: true });
  const bytes = readFileSync(picture(width, height));
  return names.map((name) => {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    return file;
  });
}

export const frames = (page: Page) =>
  page.getByRole('listbox', { name: /^(Pictures|Clips)$/ }).getByRole('option');
export const restoreButton = (page: Page) => page.getByRole('button', { name: /^Restore \d+ picture/ });

/** Waits until the pictures are read. */
export async function areReady(page: Page, count: number): Promise<void> {
  await expect(frames(page)).toHaveCount(count);
  await expect(page.locator('.frame img')).toHaveCount(count);
}

export async function chooseSize(page: Page, times: 2 | 3 | 4 | 8): Promise<void> {
  await page.getByRole('radio', { name: `${times} times` }).click();
}

export async function hasStatus(page: Page, words: string | RegExp, timeout = 60_000): Promise<void> {
  await expect(page.getByRole('status')).toHaveText(words, { timeout });
}

/** What lies in a folder, hidden files too. */
export function listed(folder: string): string[] {
  return readdirSync(folder).toSorted();
}

/** Process ids of the engines that belong to that main process, from the process tree (Linux). */
export function enginesOf(main: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
        return parent === main && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine.js');
      } catch {
        return false;
      }
    });
}

/** What the next dialog that opens something answers. */
export async function willChoose({ app }: OpenStudio, file: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    const opened = { canceled: false, filePaths: [chosen] };
    dialog.showOpenDialog = (async () => opened) as typeof dialog.showOpenDialog;
  }, file);
}
