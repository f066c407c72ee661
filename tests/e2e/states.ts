import { renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { TINY_SHAPE, writeDiffusionModel } from '../../models/testing/diffusion-model.ts';
import { clipOf } from './clips.ts';
import {
  areReady,
  chooseSize,
  copies,
  dropFiles,
  frames,
  hasStatus,
  restoreButton,
  willChoose,
} from './hands.ts';
import { STYLE_MODELS } from './models.ts';
import { spots } from './spots.ts';
import { type Folders, type OpenStudio, openStudio } from './studio.ts';

type Walk = (
  folders: Folders,
  /** Looks at a state. */
  visit: (name: string, studio: OpenStudio) => Promise<void>,
) => Promise<void>;

/** Brings a window through the states that a user meets: with pictures, and with clips. */
export const WALKS: readonly { of: string; walk: Walk }[] = [
  { of: 'pictures', walk: throughPictures },
  { of: 'clips', walk: throughClips },
  { of: 'styles', walk: throughStyles },
  { of: 'made pictures', walk: throughMade },
  { of: 'what is learnt', walk: throughLearning },
];

async function throughLearning(...[folders, visit]: Parameters<Walk>): Promise<void> {
  const pictures = path.join(folders.make('learn'), 'spots');
  spots(pictures, 40);
  const studio = await openStudio(folders, { home: folders.make('home') });
  const { app, page } = studio;
  const inspector = page.locator('.inspector');
  await page.keyboard.press('Control+5');
  await visit('learn-empty', studio);
  await willChoose(studio, pictures);
  await inspector.getByRole('button', { name: 'Choose folder…' }).click();
  await expect(page.locator('.learn-source')).toContainText('40 pictures');
  await page.getByRole('button', { name: 'Start learning' }).click();
  await expect(page.locator('.learn-picture img')).toBeVisible({ timeout: 30_000 });
  await expect(page.locator('.learn-how-far')).toContainText('left');
  await visit('learn-running', studio);
  await page.keyboard.press('Shift+J');
  await expect(page.locator('.learn-how-far')).toContainText('Stopped');
  await page.keyboard.press('Delete');
  await expect(page.getByRole('button', { name: 'Keep', exact: true })).toBeFocused();
  await visit('learn-stopped', studio);
  await page.keyboard.press('Escape');
  await page.getByRole('radio', { name: 'Steps', exact: true }).click();
  await page.getByRole('spinbutton', { name: 'Steps', exact: true }).fill('20');
  await page.getByRole('button', { name: 'Start learning' }).click();
  await expect(page.getByRole('heading', { name: 'What can be done with it' })).toBeVisible({
    timeout: 40_000,
  });
  await visit('learnt', studio);
  await willChoose(studio, folders.make('results'));
  await inspector.getByRole('button', { name: 'Choose folder…' }).click();
  await page.getByRole('button', { name: 'Sliders' }).click();
  await expect(page.getByText(/^Kept as sliders/)).toBeVisible({ timeout: 20_000 });
  await visit('learnt-used', studio);
  await app.close();
}

async function throughMade(...[folders, visit]: Parameters<Walk>): Promise<void> {
  const home = folders.make('generate');
  const model = path.join(folders.make('models'), 'tiny');
  writeDiffusionModel(model, TINY_SHAPE);
  const studio = await openStudio(folders, { home });
  const { app, page } = studio;
  await page.keyboard.press('Control+4');
  await visit('generate-empty', studio);
  await page.getByRole('radio', { name: 'Patterns' }).click();
  await page.getByRole('button', { name: 'Flow lines', exact: true }).click();
  await page.getByRole('combobox', { name: 'Colours', exact: true }).selectOption('Chosen');
  await expect(page.getByText('Preview · 1024 × 1024')).toBeVisible();
  await visit('pattern', studio);
  await willChoose(studio, folders.make('made'));
  await page.getByRole('button', { name: 'Choose folder…' }).click();
  await page.getByRole('button', { name: 'Make 1 picture' }).click();
  await hasStatus(page, '1 done');
  await expect(page.locator('.made img')).toHaveCount(1);
  await visit('pattern-made', studio);

  await page.getByRole('radio', { name: 'Mixtures' }).click();
  await expect(page.locator('.welcome').getByRole('button', { name: /^Install OmniArt eyes/ })).toBeVisible();
  await visit('mixtures-empty', studio);

  await page.getByRole('radio', { name: 'Words' }).click();
  await willChoose(studio, model);
  await page.locator('.inspector').getByRole('button', { name: 'Import a folder…' }).click();
  await expect(page.getByRole('combobox', { name: 'Model', exact: true })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('a fox in the snow, evening');
  await page.getByText('More', { exact: true }).click();
  await visit('words', studio);
  await page.getByRole('button', { name: 'X/Y' }).click();
  await page.getByRole('button', { name: 'Make the table' }).click();
  await expect(page.locator('.cell img')).toHaveCount(6, { timeout: 60_000 });
  // The last one is shown before it is done, and is called otherwise then.
  await expect(page.getByLabel(/, Working$/)).toHaveCount(0);
  await visit('made-table', studio);
  await page.getByRole('button', { name: 'Grid', exact: true }).click();
  await page.locator('.made').first().click();
  await visit('made-grid', studio);
  await page.getByRole('button', { name: 'Picture', exact: true }).click();
  await page.keyboard.press('Shift+D');
  await expect(page.getByText('The other · 128 × 128')).toBeVisible();
  await visit('made-compared', studio);
  const [hills] = copies(folders.make('pictures'), ['hills.png'], 384, 256);
  await dropFiles(page, [hills!]);
  await expect(page.getByText('To begin with · 384 × 256')).toBeVisible();
  await page.getByRole('slider', { name: 'Pixels more on the right' }).press('Shift+ArrowRight');
  await expect(page.getByRole('spinbutton', { name: 'Pixels more on the right' })).toHaveValue('64');
  await visit('begun', studio);
  await app.close();
}

async function throughPictures(...[folders, visit]: Parameters<Walk>): Promise<void> {
  // No network, as far as the one who fetches models is concerned.
  const empty = await openStudio(folders, { home: folders.make('empty'), env: { PIP_NO_INDEX: '1' } });
  await visit('empty', empty);
  await empty.page.getByRole('button', { name: 'Try it with a sample picture' }).click();
  await areReady(empty.page, 1);
  await expect(empty.page.getByRole('button', { name: /^Install ·/ })).toBeVisible();
  await visit('no-model', empty);
  await empty.page.getByRole('button', { name: 'Models', exact: true }).click();
  await visit('models', empty);
  await empty.page.keyboard.press('Escape');
  await empty.page.getByRole('button', { name: /^Install ·/ }).click();
  await expect(empty.page.locator('.notice')).toContainText('Check the network', { timeout: 30_000 });
  await visit('offline', empty);
  await empty.app.close();

  const folder = folders.make('pictures');
  const [gone, ...small] = copies(folder, ['valley.png', 'hills.png', 'morning.png', 'ridge.png'], 384, 256);
  const [large] = copies(folder, ['panorama.png'], 1200, 800);
  const broken = path.join(folder, 'broken.png');
  writeFileSync(broken, 'this is text');
  const studio = await openStudio(folders);
  const { page } = studio;
  await dropFiles(page, [...small, gone!, large!, broken]);
  await expect(frames(page)).toHaveCount(6);
  await expect(page.locator('.frame img')).toHaveCount(5);
  await visit('opened', studio);
  await frames(page).nth(0).click();
  await frames(page)
    .nth(2)
    .click({ modifiers: ['Shift'] });
  await page.keyboard.press('Control+ArrowRight');
  await expect(frames(page).nth(3)).toBeFocused();
  await visit('chosen', studio);
  await openMenu(page, page.getByRole('button', { name: 'Parts' }));
  await visit('parts', studio);
  await page.keyboard.press('Escape');
  const presets = page.getByRole('button', { name: 'More about presets' });
  await openMenu(page, presets);
  await page.getByRole('menuitem', { name: 'Save as a preset…' }).click();
  await expect(page.getByLabel('Name of the preset')).toBeFocused();
  await visit('preset-name', studio);
  await page.keyboard.press('Enter');
  await expect(presets).toBeFocused();
  await openMenu(page, presets);
  await visit('presets', studio);
  await page.keyboard.press('Escape');
  // What was opened lately, in the empty window.
  await page.keyboard.press('Control+Shift+Delete');
  await expect(page.getByRole('heading', { name: 'Recent' })).toBeVisible();
  await visit('recent', studio);
  await page.keyboard.press('Control+z');
  await expect(page.locator('.frame img')).toHaveCount(5);
  await select(page, /panorama\.png/);
  await page.getByRole('button', { name: 'Preview', exact: true }).click();
  await expect(page.getByText(/^Preview · [1-9]\d? %/)).toBeVisible({ timeout: 30_000 });
  await visit('preview', studio);
  await page.keyboard.press('p');
  await chooseSize(page, 4);
  renameSync(gone!, `${gone}.away`);
  await restoreButton(page).click();
  await select(page, /panorama\.png/);
  await expect(page.getByText(/^Restoring · [1-9]\d %/)).toBeVisible({ timeout: 90_000 });
  await visit('working', studio);
  await hasStatus(page, /4 done, 1 failed/, 90_000);
  await page.getByRole('option', { name: /^hills/ }).click();
  await expect(page.getByText('After · 1536 × 1024')).toBeVisible();
  await visit('partly-failed', studio);
  await select(page, /valley\.png/);
  await visit('failed', studio);
  await select(page, /broken\.png/);
  await visit('unreadable', studio);
  await page.getByRole('button', { name: 'Queue', exact: true }).click();
  await page.locator('.job .queue-row').first().waitFor();
  await visit('queue', studio);
  await page.keyboard.press('Escape');

  // And all of it mended.
  await select(page, /broken\.png/);
  await page.getByRole('button', { name: 'Take off the list', exact: true }).click();
  renameSync(`${gone}.away`, gone!);
  await page.getByRole('button', { name: 'Try failed again' }).click();
  await hasStatus(page, '5 done', 60_000);
  await select(page, /hills\.png/);
  await expect(page.getByText('After · 1536 × 1024')).toBeVisible();
  await visit('restore', studio);
  await page.locator('.canvas-area').focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await visit('keyboard-focus', studio);
  await page.getByRole('button', { name: 'Side by side' }).click();
  await visit('side-by-side', studio);
  await page.keyboard.press('m');
  await page.getByRole('combobox', { name: 'Model of pane 2' }).selectOption({ index: 1 });
  await expect(page.locator('.compare-progress')).toHaveText('2 of 2 compared', { timeout: 60_000 });
  await visit('compared', studio);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Lens' }).click();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('before');
  await visit('palette', studio);
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+,');
  await page.getByRole('button', { name: 'Measure' }).click();
  await expect(page.getByRole('table', { name: 'Speed of each device' })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('radio', { name: 'At most' }).click();
  await visit('settings', studio);
  await page.keyboard.press('Control+/');
  await page.getByRole('button', { name: /^Export a copy… Ctrl/ }).click();
  await page.keyboard.press('Control+o');
  await page.getByRole('button', { name: /^Settings Ctrl/ }).click();
  await page.keyboard.press('Control+Shift+,');
  await page.getByRole('button', { name: /^Clear the list Ctrl/ }).click();
  await visit('shortcuts', studio);
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('button', { name: 'Privacy' }).click();
  await visit('privacy', studio);
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('button', { name: 'About Gesso' }).click();
  await page.getByText(/^@floating-ui\/dom/).click();
  await expect(page.getByText(/^MIT License/)).toBeVisible();
  await visit('about', studio);
  await studio.app.close();
}

async function throughClips(...[folders, visit]: Parameters<Walk>): Promise<void> {
  const folder = folders.make('clips');
  const walk = await clipOf(folder, 'walk.mp4', { cutAt: 12 });
  const long = await clipOf(folder, 'long.mp4', { frames: 160, width: 320, height: 192 });
  const broken = path.join(folder, 'broken.mp4');
  writeFileSync(broken, 'this is text');
  const studio = await openStudio(folders, { home: await folders.home(['span-x2', 'rife-4.25']) });
  const { page } = studio;
  await page.keyboard.press('Control+2');
  await expect(page.getByRole('heading', { name: 'Drop clips here' })).toBeVisible();
  await visit('clips-empty', studio);
  await dropFiles(page, [walk, long, broken]);
  await expect(frames(page)).toHaveCount(3);
  await expect(page.getByRole('button', { name: /^Cut at .* found$/ })).toBeVisible();
  await visit('clip-opened', studio);
  await select(page, /broken\.mp4/);
  await visit('clip-unreadable', studio);
  await select(page, /walk\.mp4/);
  await expect(page.getByRole('button', { name: /^Cut at .* found$/ })).toBeVisible();
  await page.getByRole('button', { name: 'Motion and mask' }).click();
  await expect(page.getByText(/^Longest motion: /)).toBeVisible({ timeout: 30_000 });
  await visit('clip-motion', studio);
  await page.keyboard.press('w');
  await page.keyboard.press('e');
  await page.keyboard.press('p');
  await expect(page.getByText(/^Preview · 24 fps/)).toBeVisible({ timeout: 60_000 });
  await visit('clip-preview', studio);
  await page.keyboard.press('p');
  await select(page, /long\.mp4/);
  await page.getByRole('button', { name: 'Only this' }).click();
  await expect(page.getByText(/^Result so far/)).toBeVisible({ timeout: 60_000 });
  await visit('clip-working', studio);
  await page.keyboard.press('Control+.');
  await hasStatus(page, '1 cancelled', 30_000);
  await select(page, /walk\.mp4/);
  await page.getByRole('button', { name: 'Only this' }).click();
  await expect(page.getByText(/^Result · 24 fps/)).toBeVisible({ timeout: 90_000 });
  await visit('clip-done', studio);
  await studio.app.close();
}

async function throughStyles(...[folders, visit]: Parameters<Walk>): Promise<void> {
  const folder = folders.make('painted');
  const [hills, ridge] = copies(folder, ['hills.png', 'ridge.png'], 384, 256);
  const [wave] = copies(folders.make('shelf'), ['wave.png'], 128, 128);
  const studio = await openStudio(folders, { home: await folders.home(STYLE_MODELS) });
  const { page } = studio;
  await page.keyboard.press('Control+3');
  await expect(page.getByRole('heading', { name: 'Drop pictures here' })).toBeVisible();
  await visit('styles-empty', studio);
  await dropFiles(page, [hills!, ridge!]);
  await areReady(page, 2);
  await dropFiles(page, [wave!], '.shelf');
  await expect(page.locator('.shelf-style img')).toHaveCount(27, { timeout: 60_000 });
  await visit('style-opened', studio);
  await page.getByRole('button', { name: 'Style 3', exact: true }).click();
  await page
    .locator('.shelf')
    .getByRole('button', { name: 'Style of wave.png', exact: true })
    .click({ modifiers: ['Control'] });
  await page.keyboard.press('p');
  await expect(page.getByText(/^Preview(, reduced)? · /)).toBeVisible({ timeout: 30_000 });
  await visit('style-preview', studio);
  await page.getByRole('button', { name: 'Add layer' }).click();
  await page.getByRole('button', { name: 'Style 12', exact: true }).click();
  await page.keyboard.press('Shift+B');
  await page.locator('.canvas-area').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Change the mask' })).toBeVisible();
  await visit('style-mask', studio);
  await page.getByRole('button', { name: 'Done' }).click();
  await page
    .getByRole('button', { name: /^Remove: Style 12/ })
    .first()
    .click();
  await page.keyboard.press('p');
  await page.getByRole('button', { name: 'Paint 2 pictures' }).click();
  await hasStatus(page, '2 done', 60_000);
  await expect(page.getByText('After · 384 × 256')).toBeVisible();
  await visit('style-done', studio);
  await studio.app.close();
}

async function select(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('option', { name }).click();
}

/** The theme through the window's own setting, as a user would change it. */
export async function setTheme({ app }: OpenStudio, theme: 'light' | 'dark'): Promise<void> {
  await app.evaluate(({ nativeTheme }, source) => {
    nativeTheme.themeSource = source;
  }, theme);
}

/** A menu closes when the focus goes elsewhere, as it may just after something was saved: then it is opened again. */
async function openMenu(page: Page, button: Locator): Promise<void> {
  await expect(async () => {
    if (!(await page.getByRole('menu').isVisible())) await button.press('Enter');
    await expect(page.getByRole('menuitem').first()).toBeFocused({ timeout: 2000 });
  }).toPass({ timeout: 20_000 });
}
