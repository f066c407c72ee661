import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { drawnScene } from './drawn-scene.ts';
import { dropFiles, hasStatus, listed, willChoose } from './hands.ts';
import { spots } from './spots.ts';
import { Folders, type OpenStudio, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

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
  const endsSooner = page.getByRole('checkbox', { name: 'End sooner where it gets no better' });
  await expect(endsSooner).toBeChecked();
  await endsSooner.press('Space');
  await expect(endsSooner).not.toBeChecked();
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

  // It is called something else, by keys alone; an empty name is no name, and Escape leaves it as it was.
  const typed = page.getByLabel('Name', { exact: true });
  await page.keyboard.press('F2');
  await expect(typed).toBeFocused();
  await typed.fill('Not this');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Rename…' })).toBeFocused();
  await page.keyboard.press('Enter');
  await typed.fill('  ');
  await page.keyboard.press('Enter');
  await expect(typed).toBeFocused();
  await typed.fill('Spots of ours');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Spots of ours' })).toBeVisible();
  await expect(things(page)).toHaveAccessibleName(/^Spots of ours, /);

  // Two uses: one asks for nothing, the other for a folder.
  const inspector = page.locator('.inspector');
  await willChoose(studio, results);
  await inspector.getByRole('button', { name: 'Choose folder…' }).click();
  await inspector.getByRole('button', { name: 'Sliders' }).click();
  await expect(page.getByText(/^Kept as sliders.png/)).toBeVisible({ timeout: 20_000 });
  await willChoose(studio, pictures);
  await inspector.getByRole('button', { name: 'Average…' }).click();
  await expect(page.getByText(/^Kept as average_of_40.png/)).toBeVisible({ timeout: 20_000 });
  await expect(page.locator('.learn-picture img')).toBeVisible();
  expect(listed(results)).toEqual(['average_of_40.png', 'sliders.png']);
  await willChoose(studio, files[3]!);
  await inspector.getByRole('button', { name: 'Find similar…' }).click();
  const found = page.getByRole('list', { name: 'What was found' }).getByRole('listitem');
  await expect(found.first()).toContainText('spot-03.png');

  // Its results can be enlarged, it can be explored on the pad, and it goes only when asked twice.
  await inspector.getByRole('button', { name: 'Sliders' }).click();
  await expect(page.getByText(/^Kept as sliders-2.png/)).toBeVisible({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Enlarge in Restore' }).click();
  await expect(page.getByRole('option', { name: /^sliders-2/ })).toBeVisible();
  await page.keyboard.press('Control+5');
  await page.getByRole('button', { name: 'Open on the pad' }).click();
  await expect(page.getByRole('slider', { name: 'Mixture of the seeds' })).toBeVisible();
  await expect(page.getByText('Preview · 32 × 32')).toBeVisible();
  await expect(page.locator('.inspector')).toContainText('Spots of ours');
  await page.keyboard.press('Control+5');
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(things(page)).toHaveCount(0);

  await takesMask(studio, files[0]!, files[1]!);
  await app.close();
});

test('a scene is turned by dragging it and with the arrow keys', async () => {
  const home = folders.make('home');
  await drawnScene(home, 'Ball');
  const { app, page } = await openStudio(folders, { home });
  await page.keyboard.press('Control+5');
  await things(page).click();
  const scene = page.getByRole('slider', { name: 'View of Ball' });
  // Its colour in the middle, once the view that rests is drawn whole.
  const middle = async () => {
    await expect(scene.locator('img')).toHaveAttribute('data-side', '64');
    return scene.locator('img').evaluate(async (image: HTMLImageElement) => {
      try {
        await image.decode();
      } catch {
        // The next view took its place meanwhile.
        return 'on its way';
      }
      const context = new OffscreenCanvas(1, 1).getContext('2d')!;
      context.drawImage(image, 32, 32, 1, 1, 0, 0, 1, 1);
      const [red, , blue] = context.getImageData(0, 0, 1, 1).data;
      return red! > blue! ? 'red' : 'blue';
    });
  };
  await expect.poll(middle).toBe('red');
  const box = (await scene.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - 450, y + 25, { steps: 20 });
  await page.mouse.up();
  await expect(scene).toBeFocused();
  await expect(scene).toHaveAttribute('aria-valuetext', '180° around, 10° higher');
  await expect.poll(middle).toBe('blue');
  await page.keyboard.press('Shift+ArrowLeft');
  for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowDown');
  await expect(scene).toHaveAttribute('aria-valuetext', '150° around, 5° lower');
  await page.keyboard.press('Home');
  await expect.poll(middle).toBe('red');
  await page.keyboard.press('Shift+T');
  await expect(scene).toHaveCount(0);
  await app.close();
});

test('words that were learnt say how a prompt and a file name could go on', async () => {
  const text = path.join(folders.make('words'), 'captions.txt');
  const colours = ['red', 'blue', 'green', 'white', 'grey', 'brown', 'black', 'golden'];
  const things = ['fox', 'barn', 'boat', 'tower', 'garden', 'owl'];
  const captions = colours.flatMap((colour) => things.map((thing) => `a ${colour} ${thing} in the snow`));
  writeFileSync(text, captions.join('\n'));
  const { app, page } = await openStudio(folders, { home: folders.make('home') });
  await page.keyboard.press('Control+5');
  await page.getByRole('radio', { name: 'Words' }).click();
  await dropFiles(page, [text]);
  await page.getByRole('radio', { name: 'Steps', exact: true }).click();
  await page.getByRole('spinbutton', { name: 'Steps', exact: true }).fill('120');
  await page.getByRole('button', { name: 'Start learning' }).click();
  await expect(page.getByText('Type how a text begins, on the right.')).toBeVisible({ timeout: 40_000 });

  const suggested = page.getByRole('list', { name: 'How it could go on' }).getByRole('button');
  await page.keyboard.press('Control+4');
  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
  await prompt.fill('a red');
  await expect(suggested.first()).toHaveAccessibleName(/^a red./, { timeout: 20_000 });
  await page.keyboard.press('Escape');
  await expect(suggested).toHaveCount(0);
  await expect(prompt).toHaveValue('a red');

  // In a template the words behind its parts go on.
  await page.keyboard.press('Control+1');
  const name = page.getByLabel('File name of the results');
  await name.fill('{name} a red');
  await expect(suggested.first()).toHaveAccessibleName(/^a red./, { timeout: 20_000 });
  await page.keyboard.press('Tab');
  await expect(name).toHaveValue(/^\{name\} a red./);
  await expect(name).toBeFocused();
  await app.close();
});

/** A mask of dust is dropped on its place, taken away again, and chosen. */
async function takesMask(studio: OpenStudio, picture: string, mask: string): Promise<void> {
  const { page } = studio;
  const section = page.getByRole('region', { name: 'Dust and scratches' });
  const name = path.basename(mask);
  await page.getByRole('radio', { name: 'Cleaner' }).click();
  await dropFiles(page, [picture, mask], '.learn-mask');
  await expect(page.getByText('2 files are no mask.')).toBeVisible();
  await dropFiles(page, [mask], '.learn-mask');
  await section.getByRole('button', { name: `Remove ${name}` }).click();
  await expect(section).not.toContainText(name);
  await willChoose(studio, mask);
  await section.getByRole('button', { name: 'Choose mask…' }).click();
  await expect(section).toContainText(name);
}
