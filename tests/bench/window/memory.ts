import path from 'node:path';
import sharp from 'sharp';
import type { Gesso } from '../support/engine.ts';
import type { Figures } from '../support/figures.ts';
import { MEMORY_UNKNOWN, treeMemory } from '../support/memory.ts';
import { withStudio } from './studio.ts';

/** What all processes of the window may grow from the 50th to the last picture, megabytes. */
const ALLOWED_MB = 60;

/** 200 pictures looked at one after the other. */
export async function memory(gesso: Gesso, figures: Figures, quick: boolean): Promise<void> {
  const count = quick ? 80 : 200;
  figures.heading(`Memory over ${count} pictures opened in turn (RssAnon, all processes)`);
  if (MEMORY_UNKNOWN) {
    figures.skip('memory over pictures opened in turn', MEMORY_UNKNOWN);
    return;
  }
  const files = await pictures(gesso.folder, count);
  await withStudio(files, async ({ app, page }) => {
    await page.locator('.frame img').first().waitFor();
    await page.locator('.frame').first().click();
    const taken = new Map<number, number>();
    for (let index = 0; index < count; index++) {
      if (index > 0) await page.keyboard.press('ArrowRight');
      await page.locator('.canvas-tag', { hasText: `${widthOf(index)} ×` }).waitFor();
      if ([49, count - 1].includes(index)) {
        await page.waitForTimeout(2000);
        taken.set(index + 1, treeMemory(app.process().pid!) / 1e6);
      }
    }
    const [early = 0, late = 0] = [taken.get(50), taken.get(count)];
    figures.add('after 50 pictures', early, 'MB');
    figures.add(`after ${count} pictures`, late, 'MB');
    figures.add(`growth from 50 to ${count}`, late - early, 'MB', { bound: ['<=', ALLOWED_MB] });
  });
}

/** Each has a width of its own, by which it is known on the canvas. */
function widthOf(index: number): number {
  return 2400 + index;
}

async function pictures(folder: string, count: number): Promise<string[]> {
  const height = 1600;
  const base = await sharp({
    create: {
      width: widthOf(count),
      height,
      channels: 3,
      background: '#808080',
      noise: { type: 'gaussian', mean: 128, sigma: 20 },
    },
  })
    .jpeg({ quality: 80 })
    .toBuffer();
  const files: string[] = [];
  for (let index = 0; index < count; index++) {
    const file = path.join(folder, `turn-${String(index).padStart(3, '0')}.jpg`);
    await sharp(base)
      .extract({ left: 0, top: 0, width: widthOf(index), height })
      .jpeg({ quality: 80 })
      .toFile(file);
    files.push(file);
  }
  return files;
}
