import path from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import type { Gesso } from '../support/engine.ts';
import type { Figures } from '../support/figures.ts';
import { photograph, writePng } from '../support/pictures.ts';
import { withStudio } from './studio.ts';

/** Panning a large picture at its actual pixels while a batch runs. */
export async function frames(gesso: Gesso, figures: Figures, quick: boolean): Promise<void> {
  figures.heading('Frames while a batch runs and the user pans 24 megapixels');
  await gesso.model('span-x2');
  const photo = await writePng(await photograph('coffee.png'), path.join(gesso.folder, 'coffee.png'));
  const large = path.join(gesso.folder, 'large.jpg');
  await sharp(photo).resize(6000, 4000, { fit: 'fill' }).jpeg({ quality: 90 }).toFile(large);
  // Long enough to last while it is looked at something else.
  const batch = path.join(gesso.folder, 'batch.jpg');
  await sharp(photo).resize(4500, 3000, { fit: 'fill' }).jpeg({ quality: 90 }).toFile(batch);
  await withStudio([large, batch], async ({ page }) => {
    await page.locator('.frame img').nth(1).waitFor();
    await page.locator('.frame').nth(1).click();
    await page.keyboard.press('Control+Shift+Enter');
    await page
      .getByText(/^Restoring/)
      .first()
      .waitFor();
    await page.locator('.frame').nth(0).click();
    await page.locator('.canvas-tag').first().waitFor();
    await page.locator('.canvas-area').focus();
    await page.keyboard.press('1');
    await page.waitForTimeout(1500);
    await watch(page);
    await pan(page, quick ? 4 : 10);
    const { longest, count, gaps } = await watched(page);
    figures.add('longest task of the page', longest, 'ms', {
      bound: ['<=', 50],
      note: `${count} tasks over 50 ms; tasks under 50 ms are not told by the browser and count as 0`,
    });
    figures.add('frames, median gap', at(gaps, 0.5), 'ms');
    figures.add('frames, 95 in 100 within', at(gaps, 0.95), 'ms');
    figures.add('frames, longest gap', at(gaps, 1), 'ms');
    if (
      !(await page
        .getByText(/^Restoring/)
        .first()
        .isVisible())
    )
      throw new Error('the batch was over');
    await page.keyboard.press('Control+.');
  });
}

interface Watched {
  longest: number;
  count: number;
  gaps: number[];
}

declare global {
  interface Window {
    benchWatched?: Watched;
  }
}

function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    const seen: Watched = { longest: 0, count: 0, gaps: [] };
    window.benchWatched = seen;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        seen.longest = Math.max(seen.longest, duration);
        seen.count++;
      }
    }).observe({ type: 'longtask' });
    let last = performance.now();
    const tick = (now: number) => {
      seen.gaps.push(now - last);
      last = now;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
}

function watched(page: Page): Promise<Watched> {
  return page.evaluate(() => window.benchWatched!);
}

/** Drags to and fro, and zooms out and in between. */
async function pan(page: Page, rounds: number): Promise<void> {
  const box = (await page.locator('.canvas-area').boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  for (let round = 0; round < rounds; round++) {
    await page.mouse.move(x, y);
    await page.mouse.down();
    const towards = round % 2 === 0 ? 1 : -1;
    await page.mouse.move(x + towards * 400, y + towards * 250, { steps: 40 });
    await page.mouse.up();
    await page.mouse.wheel(0, towards * 300);
    await page.waitForTimeout(100);
  }
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
