import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ElectronApplication, expect, type Page, test } from '@playwright/test';
import { CONTENTS } from '../../main/jobs/data-folder.ts';
import { areReady, copies, frames, hasStatus, restoreButton } from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

const kept = (home: string) => JSON.parse(readFileSync(path.join(home, 'settings.json'), 'utf8'));
const drawer = (page: Page) => page.getByRole('complementary');

/** The system's dialog for a folder answers with this one. */
function answerWith(app: ElectronApplication, folder: string): Promise<void> {
  return app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = (async () => ({
      canceled: false,
      filePaths: [chosen],
    })) as typeof dialog.showOpenDialog;
  }, folder);
}

/** Focuses what Tab reaches next under that name, by the keyboard alone. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab');
    const label = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      return element.getAttribute('aria-label') ?? element.textContent ?? '';
    });
    if (name.test(label)) return;
  }
  throw new Error(`Tab reaches nothing called ${name}`);
}

/** The keys that the menu shows, by label. */
function menuKeys(app: ElectronApplication): Promise<Record<string, string | undefined>> {
  return app.evaluate(({ Menu }) =>
    Object.fromEntries(
      (Menu.getApplicationMenu()?.items ?? []).flatMap(({ submenu }) =>
        (submenu?.items ?? []).map(({ label, accelerator }) => [label, accelerator?.toString()]),
      ),
    ),
  );
}

test('theme and shortcuts are changed by the keyboard, clashes refused, and all of it survives a restart', async () => {
  const home = await folders.home();
  const files = copies(folders.make('pictures'), ['one.png', 'two.png']);
  const { app, page } = await openStudio(folders, { home, files });
  await areReady(page, 2);
  await page.keyboard.press('Control+,');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeFocused();
  await tabTo(page, /^Dark$/);
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('radio', { name: 'Light' })).toBeChecked();
  expect(await page.evaluate(() => matchMedia('(prefers-color-scheme: light)').matches)).toBe(true);

  await tabTo(page, /^Keyboard shortcuts$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Keyboard shortcuts' })).toBeFocused();
  await tabTo(page, /^Fit ?0$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Fit Type keys…' })).toBeFocused();
  // What another action has is refused by its name, what the system needs too.
  await page.keyboard.press('f');
  await expect(page.getByRole('alert').filter({ hasText: 'F belongs to “Fill”' })).toBeVisible();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+c');
  await expect(page.getByText(/^Ctrl\+C is needed by the system/)).toBeVisible();
  expect(existsSync(path.join(home, 'settings.json'))).toBe(false);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Fit 0' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Shift+j');
  await expect(page.getByRole('button', { name: 'Fit Ctrl+Shift+J' })).toBeFocused();
  await expect(page.getByText(/is needed by the system/)).toBeHidden();
  // A key that is taken from one may be given to another.
  await page.getByRole('button', { name: 'No keys for “Fill”' }).press('Enter');
  await page.getByRole('button', { name: 'Actual pixels 1' }).press('Enter');
  await page.keyboard.press('f');
  await expect(page.getByRole('button', { name: 'Actual pixels F' })).toBeVisible();
  await page.getByRole('button', { name: 'Reset “Fill”' }).press('Enter');
  await expect(page.getByText(/^F belongs to “Actual pixels”/)).toBeVisible();
  expect(kept(home).shortcuts).toEqual({
    'view.fit': 'CmdOrCtrl+Shift+J',
    'view.fill': null,
    'view.actual': 'F',
  });
  expect(await menuKeys(app)).toMatchObject({ Fit: 'CmdOrCtrl+Shift+J', 'Actual pixels': 'F' });

  // They hold at once, also where they are shown.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator('.canvas-area').focus();
  await page.keyboard.press('f');
  await expect(page.locator('.tool-zoom')).toHaveText('Zoom: 100 %');
  await page.keyboard.press('1');
  await page.keyboard.press('2');
  await expect(page.locator('.tool-zoom')).toHaveText('Zoom: 200 %');
  await page.keyboard.press('0');
  await expect(page.locator('.tool-zoom')).toHaveText('Zoom: 200 %');
  await page.keyboard.press('Control+Shift+j');
  await expect(page.locator('.tool-zoom')).not.toHaveText('Zoom: 200 %');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('fit');
  await expect(page.getByRole('option', { name: 'Fit Ctrl+Shift+J' })).toBeVisible();
  await page.keyboard.press('Escape');
  await app.close();

  const again = await openStudio(folders, { home });
  await again.page.keyboard.press('Control+/');
  await expect(again.page.getByRole('button', { name: 'Fit Ctrl+Shift+J' })).toBeVisible();
  expect(await menuKeys(again.app)).toMatchObject({ Fit: 'CmdOrCtrl+Shift+J' });
  await again.page.getByRole('button', { name: 'Reset all' }).click();
  await expect(again.page.getByRole('button', { name: 'Fit 0' })).toBeVisible();
  await expect(again.page.getByRole('button', { name: 'Fill F' })).toBeVisible();
  await again.page.getByRole('button', { name: 'Back', exact: true }).click();
  await expect(again.page.getByRole('radio', { name: 'Light' })).toBeChecked();
  await again.app.close();
});

test('devices are measured, memory is limited, folders are settled', async () => {
  const home = await folders.home();
  const pictures = folders.make('pictures');
  const results = folders.make('results');
  copies(pictures, ['one.png']);
  const { app, page } = await openStudio(folders, {
    home,
    // A machine without a graphics card, whichever this is.
    env: { VK_ICD_FILENAMES: '/nowhere', VK_DRIVER_FILES: '/nowhere' },
  });
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('button', { name: 'Measure' }).click();
  const table = page.getByRole('table', { name: 'Speed of each device' });
  await expect(table.getByRole('row', { name: /^Processor [\d.]+ \d+ (s|min)/ })).toBeVisible({
    timeout: 60_000,
  });
  await expect(table.getByRole('row', { name: /WebGPU.*could not be started/ })).toBeVisible();
  const { comparison } = kept(home);
  expect(comparison).toMatchObject({ model: 'span-x2', devices: [{ device: 'cpu' }, { device: 'webgpu' }] });
  expect(comparison.devices[0].speed.megapixelsPerSecond).toBeGreaterThan(0);
  const speeds = await page.evaluate(async () => {
    const state = await window.gesso.getState();
    return state.ok ? state.value.models.map(({ id, speed }) => [id, speed]) : [];
  });
  // Remembered in pixels: the way there and back may cost the last bit.
  expect(Object.fromEntries(speeds)['span-x2']).toBeCloseTo(
    comparison.devices[0].speed.megapixelsPerSecond,
    9,
  );
  await page.getByLabel('Device that restores').selectOption('cpu');
  await page.getByRole('radio', { name: 'At most' }).click();
  const memory = page.getByRole('spinbutton', { name: 'Most memory, gigabytes' });
  await memory.fill('0');
  await expect(page.getByText('1 to 1024 GB.')).toBeVisible();
  await memory.fill('2');
  await memory.press('Enter');
  await expect.poll(() => kept(home)).toMatchObject({ device: 'cpu', memoryLimit: 2 });

  await answerWith(app, results);
  await page.getByRole('button', { name: 'Choose a folder for the results' }).click();
  await expect(drawer(page).getByText(`In “${path.basename(results)}”`)).toBeVisible();
  await page.keyboard.press('Escape');
  // The inspector shows where results go, and may say otherwise for now.
  await expect(drawer(page).getByText(`In “${path.basename(results)}”`)).toBeVisible();
  await answerWith(app, pictures);
  await page.getByRole('button', { name: 'Open folder…' }).click();
  await areReady(page, 1);
  await restoreButton(page).click();
  await hasStatus(page, '1 done');
  expect(readdirSync(results)).toEqual(['one_span-x2.png']);
  await drawer(page).getByRole('button', { name: 'Beside the source' }).click();
  await restoreButton(page).click();
  await hasStatus(page, '1 done');
  await expect.poll(() => readdirSync(pictures)).toEqual(['one.png', 'one_span-x2.png']);
  expect(kept(home)).toMatchObject({ results, openedLast: pictures });
  await app.close();
});

test('the data moves, and the studio goes on from there with its queue and its models', async () => {
  const platform = folders.make('platform');
  const old = path.join(platform, 'gesso');
  cpSync(await folders.home(), old, { recursive: true });
  const target = folders.make('target');
  const env = { GESSO_HOME: '', XDG_DATA_HOME: platform };
  const { app, page } = await openStudio(folders, { home: old, env });
  await page.getByRole('button', { name: 'Try it with a sample picture' }).click();
  await areReady(page, 1);
  await restoreButton(page).click();
  await hasStatus(page, '1 done', 90_000);
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  const section = page.getByRole('region', { name: 'Data' });
  await expect(section.getByText(/^Models, queue and settings: \d+(\.\d)? MB, in “gesso”$/)).toBeVisible();
  // What is not named as the data folder's own would be left behind.
  const known = [...CONTENTS.moves, ...CONTENTS.stays].join('|');
  for (const name of readdirSync(old))
    expect(name).toMatch(new RegExp(`^(${known}|queue\\.sqlite.*|[a-z-]+\\.json)$`));
  await answerWith(app, path.join(old, 'models'));
  await section.getByRole('button', { name: 'Move…' }).click();
  await expect(page.getByText(/lies inside the data folder/)).toBeVisible();
  await answerWith(app, target);
  await section.getByRole('button', { name: 'Move…' }).click();
  await expect(section.getByText(/^Copied and checked\./)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('alert').getByText(/unexpected/)).toBeHidden();
  // Until the restart nothing is begun that would be lost.
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('The data was moved.')).toBeVisible();
  await page.getByLabel('Device that restores').selectOption('cpu');
  await expect.poll(() => kept(old).device).toBe('cpu');
  await app.evaluate(({ app: electron }) => {
    electron.relaunch = () => {};
  });
  const closed = app.waitForEvent('close');
  await section.getByRole('button', { name: 'Restart now' }).click();
  await closed;
  expect(existsSync(path.join(old, 'queue.sqlite'))).toBe(true);

  const again = await openStudio(folders, { home: target, env });
  await areReady(again.page, 1);
  await expect(frames(again.page).first()).toHaveAccessibleName(/misty-hills\.png, Done/);
  await expect(again.page.getByText(/^After ·/)).toBeVisible();
  await expect(again.page.getByLabel('Device that restores')).toHaveValue('cpu');
  await expect.poll(() => readdirSync(old)).toEqual(['location.json']);
  await expect(
    again.page.getByRole('region', { name: 'Data' }).getByText(path.basename(target)),
  ).toBeVisible();
  await again.app.close();
});

test('privacy says what was fetched, About lists every licence', async () => {
  const { app, page } = await openStudio(folders);
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.getByRole('button', { name: 'Privacy' }).click();
  await expect(page.getByText(/^Nothing is sent\./)).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: /SPAN ×2.*(PyPI|npm) / })).toBeVisible();
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByRole('button', { name: 'About Gesso' }).click();
  const running = page.getByRole('region', { name: 'What runs' });
  for (const name of ['Electron', 'Chromium', 'Node.js', 'ONNX Runtime', 'libvips'])
    await expect(running.getByText(name, { exact: true })).toBeVisible();
  const electron = await app.evaluate(() => process.versions.electron);
  await expect(running.getByText(electron, { exact: true })).toBeVisible();
  const field = page.getByRole('searchbox', { name: 'Find a name or a licence' });
  await field.fill('gpl-3');
  await expect(page.getByRole('listitem').filter({ hasText: /^Gesso \d/ })).toBeVisible();
  await field.fill('onnxruntime');
  await expect(page.getByRole('status').filter({ hasText: '2 works' })).toBeVisible();
  await page.getByText(/^onnxruntime-node/).click();
  await expect(page.getByText(/Copyright \(c\) Microsoft Corporation/)).toBeVisible();
  await app.close();
});
