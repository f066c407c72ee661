import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { makeClip } from '../integration/support/clips.ts';
import { clipOf } from './clips.ts';
import { dropFiles } from './hands.ts';
import { objections } from './reach.ts';
import { Folders, type OpenStudio, openStudio, resize } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

const MODELS = ['span-x2', 'span-x4', 'rife-4.25'];
const playhead = (page: Page) => page.getByRole('slider', { name: 'Playhead' });
const handle = (page: Page, which: 'Beginning' | 'End') =>
  page.getByRole('slider', { name: `${which} of the part` });
const cuts = (page: Page) => page.getByRole('group', { name: 'Cuts' }).getByRole('button');
const tag = (page: Page, words: RegExp) => page.locator('.canvas-tag', { hasText: words });
const isAt = (page: Page, words: string) => expect(playhead(page)).toHaveAttribute('aria-valuetext', words);

/** A window with a clip of 24 frames at 12 a second, whose second half is another scene. */
async function openClip(options: { models?: string[]; size?: [number, number] } = {}): Promise<OpenStudio> {
  const clip = await clipOf(folders.make('clips'), 'walk.mp4', { cutAt: 12 });
  const studio = await openStudio(folders, { home: await folders.home(options.models) });
  await dropFiles(studio.page, [clip]);
  await expect(studio.page.getByText('Frame 1 of 24')).toBeVisible({ timeout: 30_000 });
  return studio;
}

/** What is drawn in the middle of a quarter of the player, 0..255: left or right. */
function seen(page: Page, side: 'left' | 'right'): Promise<number[]> {
  return page.evaluate(
    (x) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.clip-player canvas')!;
      const at = [Math.round(x * canvas.width), Math.round(0.5 * canvas.height)] as const;
      return [...canvas.getContext('2d')!.getImageData(...at, 8, 8).data];
    },
    side === 'left' ? 0.3 : 0.7,
  );
}

test('the clip is walked through by frames, by cuts and by seconds, and plays to its end', async () => {
  const { app, page } = await openClip();
  await isAt(page, '0:00.00, frame 1');
  await page.keyboard.press('.');
  await page.keyboard.press('.');
  await page.keyboard.press(',');
  await isAt(page, '0:00.08, frame 2');
  await page.keyboard.press('j');
  await isAt(page, '0:01.00, frame 13');
  await page.keyboard.press('j');
  await isAt(page, '0:01.92, frame 24');
  await page.keyboard.press('h');
  await page.keyboard.press('h');
  await isAt(page, '0:00.00, frame 1');
  await playhead(page).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('ArrowLeft');
  await isAt(page, '0:00.92, frame 12');
  await page.keyboard.press('Home');

  // Both scenes are to be seen, each at its own time.
  const first = await seen(page, 'right');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  await isAt(page, '0:01.92, frame 24');
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  await expect.poll(() => seen(page, 'right')).not.toEqual(first);
  await app.close();
});

test('a part is taken with handles and keys, each a step that can be undone', async () => {
  const { app, page } = await openClip();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('.');
  await page.keyboard.press('i');
  await expect(handle(page, 'Beginning')).toHaveAttribute('aria-valuetext', '0:00.25, frame 4');
  await handle(page, 'End').focus();
  await page.keyboard.press('Shift+ArrowLeft');
  await expect(handle(page, 'End')).toHaveAttribute('aria-valuetext', '0:01.00, frame 12');
  // It never ends before it begins.
  await page.keyboard.press('Home');
  await expect(handle(page, 'End')).toHaveAttribute('aria-valuetext', '0:00.33, frame 4');
  await page.keyboard.press('Control+z');
  await expect(handle(page, 'End')).toHaveAttribute('aria-valuetext', '0:01.00, frame 12');

  const box = (await handle(page, 'Beginning').boundingBox())!;
  await page.mouse.move(box.x + 6, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 120, box.y + 20, { steps: 8 });
  await page.mouse.up();
  await expect(handle(page, 'Beginning')).not.toHaveAttribute('aria-valuetext', '0:00.25, frame 4');
  await page.keyboard.press('Control+z');
  await expect(handle(page, 'Beginning')).toHaveAttribute('aria-valuetext', '0:00.25, frame 4');
  await page.keyboard.press('r');
  await expect(handle(page, 'End')).toHaveAttribute('aria-valuetext', '0:02.00, frame 24');
  await app.close();
});

test('cuts are found, taken away, brought back and marked by hand', async () => {
  const { app, page } = await openClip();
  await expect(cuts(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Cut at 0:01.00, found' }).click();
  await isAt(page, '0:01.00, frame 13');
  await page.keyboard.press('Delete');
  await expect(page.getByRole('button', { name: 'Cut at 0:01.00, taken away' })).toBeFocused();
  // The clip itself is still on the list.
  await expect(page.getByText('Frame 13 of 24')).toBeVisible();
  await page.keyboard.press('t');
  await expect(page.getByRole('button', { name: 'Cut at 0:01.00, found' })).toBeVisible();
  await page.keyboard.press('.');
  await page.keyboard.press('t');
  await expect(page.getByRole('button', { name: 'Cut at 0:01.08, by hand' })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(cuts(page)).toHaveCount(1);
  await app.close();
});

test('a preview stands beside the source at the same moment, in every mode', async () => {
  const { app, page } = await openClip({ models: MODELS });
  for (let i = 0; i < 4; i += 1) await page.keyboard.press('.');
  await page.keyboard.press('p');
  await expect(page.getByRole('progressbar', { name: 'Making a preview' })).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'Making a preview' })).toBeHidden({ timeout: 90_000 });
  await expect(tag(page, /^Preview · 24 fps · kept$/)).toBeVisible();
  // By frames of the preview: every second one is made.
  await page.keyboard.press('.');
  await expect(tag(page, /^Preview · 24 fps · made$/)).toBeVisible();
  await isAt(page, '0:00.38, frame 5');
  await page.keyboard.press('.');
  await expect(tag(page, /^Preview · 24 fps · kept$/)).toBeVisible();

  await page.keyboard.press('b');
  await expect(tag(page, /^Preview/)).toBeHidden();
  await page.keyboard.press('a');
  await expect(tag(page, /^Source/)).toBeHidden();
  await page.keyboard.press('c');
  await expect(tag(page, /^Source · 12 fps$/)).toBeVisible();
  await expect(tag(page, /^Preview/)).toBeVisible();
  await page.keyboard.press('s');
  const divider = page.getByRole('slider', { name: 'Divider between before and after' });
  await divider.focus();
  await page.keyboard.press('Home');
  await expect(divider).toHaveAttribute('aria-valuenow', '0');
  // With other settings it would promise what is not made.
  await page.getByRole('radio', { name: '4 times slower' }).click();
  await expect(tag(page, /^Preview/)).toBeHidden();
  await app.close();
});

test('what the network sees is shown for the moment, and where frames fall', async () => {
  const { app, page } = await openClip({ models: MODELS });
  await page.keyboard.press('w');
  const flow = page.getByRole('region', { name: 'Motion and mask' });
  await expect(flow).toContainText('50 % of the way from frame 1 to 2', { timeout: 60_000 });
  await expect(flow).toContainText(/Longest motion: [\d.]+ px/);
  await page.keyboard.press('.');
  await expect(flow).toContainText('50 % of the way from frame 2 to 3', { timeout: 60_000 });
  await page.keyboard.press('Escape');
  await expect(flow).toBeHidden();
  await page.keyboard.press('e');
  await expect(
    page.getByRole('img', {
      name: /24 source frames in sight, 83\.3 ms apart\. 48 result frames: 22 made, 2 held\./,
    }),
  ).toBeVisible();
  await app.close();
});

test('a clip of varying rate is drawn at its own times', async () => {
  const file = path.join(folders.make('clips'), 'uneven.mkv');
  const gaps = [40, 40, 90, 40, 120, 40, 40, 60, 40, 40];
  const ticks = gaps.reduce<number[]>((all, gap) => all.concat(all.at(-1)! + gap), [0]);
  await makeClip(file, {
    ...{ width: 96, height: 64, ticks, base: { num: 1, den: 1000 } },
    paint: (frame, x) => (x + frame * 9) & 255,
  });
  const { app, page } = await openStudio(folders, {});
  await dropFiles(page, [file]);
  await expect(tag(page, /^Source · varying, about /)).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('e');
  await expect(
    page.getByRole('img', { name: /11 source frames in sight, 40 to 120 ms apart/ }),
  ).toBeVisible();
  for (let i = 0; i < 3; i += 1) await page.keyboard.press('.');
  await isAt(page, '0:00.17, frame 4');
  await app.close();
});

test('everything in the room can be reached, in both themes and in a small window', async () => {
  const studio = await openClip();
  const { app, page } = studio;
  await page.keyboard.press('e');
  await page.getByRole('button', { name: 'Show less, closer' }).click();
  await page.getByRole('button', { name: 'Show less, closer' }).click();
  const found = await objections('clip-room', studio);
  await resize(studio, [900, 600]);
  await page.getByRole('button', { name: 'Show the whole clip' }).click();
  found.push(...(await objections('clip-room-small', studio)));
  // As with a text twice as large: the inspector is a drawer then, and closed.
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.setZoomFactor(2));
  await resize(studio, [900, 600], 2);
  await expect(page.locator('.inspector')).toBeHidden();
  found.push(...(await objections('clip-room-large-text', studio)));
  expect(found).toEqual([]);
  await app.close();
});
