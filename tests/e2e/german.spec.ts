import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { clipOf } from './clips.ts';
import { copies, dropFiles, hasStatus, restoreButton, willChoose } from './hands.ts';
import { STYLE_MODELS } from './models.ts';
import { spots } from './spots.ts';
import { Folders, type OpenStudio, openStudio, resize, root } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

type Tree = { [key: string]: string | Tree };

function catalogue(language: string): Map<string, string> {
  const texts = new Map<string, string>();
  const walk = (tree: Tree, before: string) => {
    for (const [key, value] of Object.entries(tree))
      if (typeof value === 'string') texts.set(before + key, value);
      else walk(value, `${before}${key}.`);
  };
  walk(JSON.parse(readFileSync(path.join(root, `contract/words/${language}.json`), 'utf8')), '');
  return texts;
}

const german = new Set(catalogue('de').values());
/** English texts that no German one happens to be like; a value may stand where they have a placeholder. */
const english = [...catalogue('en').values()]
  .filter((text) => !german.has(text))
  .map(
    (text) =>
      new RegExp(`^${text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\{\w+\}\}/g, '.+')}$`),
  );

const isEnglish = (text: string) => english.some((each) => each.test(text));

/** Everything that the page shows or has read out, but for what it marks as English. */
function texts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.body.querySelectorAll('*')) {
      if (element.closest('body [lang="en"], script')) continue;
      for (const node of element.childNodes)
        if (node.nodeType === Node.TEXT_NODE && node.textContent?.trim()) found.push(node.textContent.trim());
      for (const name of ['aria-label', 'aria-valuetext', 'title', 'placeholder'])
        found.push(element.getAttribute(name) ?? '');
    }
    return found.filter(Boolean);
  });
}

/** Controls and headings whose words do not fit into them; names of files may be shortened. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, h1, h2, h3, label, select, .header, .status, .room')]
      .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth)
      .map((element) => `${element.className} ${element.textContent}`),
  );
}

/** Nothing English, nothing for axe, nothing cut off in the smallest of the usual windows. */
async function isGerman(studio: OpenStudio, name: string): Promise<void> {
  const { page } = studio;
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  const shown = await texts(page);
  expect(shown.length).toBeGreaterThan(20);
  expect(shown.filter(isEnglish), name).toEqual([]);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target)}`),
    name,
  ).toEqual([]);
  await resize(studio, [1024, 640]);
  expect(await cutOff(page), name).toEqual([]);
  await resize(studio, [1440, 900]);
}

function menuLabels({ app }: OpenStudio): Promise<string[]> {
  return app.evaluate(({ Menu }) =>
    (Menu.getApplicationMenu()?.items ?? []).flatMap(({ label, submenu }) => [
      label,
      ...(submenu?.items ?? []).map((item) => item.label),
    ]),
  );
}

test('the studio speaks German through and through', async () => {
  test.setTimeout(120_000);
  const studio = await openStudio(folders, { language: 'de' });
  const { page } = studio;
  await expect(page.getByRole('heading', { name: 'Bilder hier ablegen' })).toBeVisible();
  await isGerman(studio, 'empty');
  const labels = (await menuLabels(studio)).filter(Boolean);
  expect(labels).toEqual(
    expect.arrayContaining(['Datei', 'Dateien öffnen…', 'Rückgängig', 'Vollbild', 'Fenster']),
  );
  expect(labels.filter(isEnglish)).toEqual([]);

  const folder = folders.make('bilder');
  const broken = path.join(folder, 'kaputt.png');
  writeFileSync(broken, 'kein Bild');
  await dropFiles(page, [...copies(folder, ['tal.png', 'berge.png'], 384, 256), broken]);
  await expect(page.locator('.frame')).toHaveCount(3);
  await expect(page.locator('.frame img')).toHaveCount(2);
  await isGerman(studio, 'opened');
  await page.getByRole('option', { name: /^kaputt/ }).click();
  await expect(
    page.getByRole('alert').getByText(/^(Nicht lesbar|Dateiart nicht unterstützt) – /),
  ).toBeVisible();
  await isGerman(studio, 'unreadable');

  await page.getByRole('option', { name: /^tal/ }).click();
  await page.getByRole('button', { name: '2 Bilder restaurieren' }).click();
  await hasStatus(page, '2 fertig', 60_000);
  await expect(page.getByText('Nachher · 768 × 512')).toBeVisible();
  await isGerman(studio, 'restored');
  await page.getByRole('button', { name: 'Differenz' }).click();
  await isGerman(studio, 'difference');
  await page.getByRole('button', { name: 'Warteschlange', exact: true }).click();
  await expect(page.getByText(/ · 768 × 512 · \d+,\d s$/).first()).toBeVisible();
  await isGerman(studio, 'queue');
  await page.getByRole('button', { name: 'Modelle', exact: true }).click();
  await expect(page.getByText(/^Installiert · \d+,\d MB$/).first()).toBeVisible();
  await isGerman(studio, 'models');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('dateien');
  await expect(page.getByRole('option', { name: /^Dateien öffnen…/ })).toBeVisible();
  await isGerman(studio, 'palette');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Einstellungen', exact: true }).click();
  await page.getByRole('button', { name: 'Messen' }).click();
  await expect(page.getByRole('row', { name: /^Prozessor \d+,\d+/ })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('radio', { name: 'Höchstens' }).click();
  await isGerman(studio, 'settings');
  for (const name of ['Tastenkürzel', 'Datenschutz', 'Über Gesso']) {
    await page.getByRole('button', { name, exact: true }).click();
    await isGerman(studio, name);
    await page.getByRole('button', { name: 'Zurück', exact: true }).click();
  }
  await studio.app.close();
});

test('the studio of clips speaks German too', async () => {
  test.setTimeout(120_000);
  const folder = folders.make('clips');
  const clip = await clipOf(folder, 'gehen.mp4', { cutAt: 12 });
  const home = await folders.home(['span-x2', 'rife-4.25']);
  const studio = await openStudio(folders, { language: 'de', home });
  const { page } = studio;
  await page.keyboard.press('Control+2');
  await expect(page.getByRole('heading', { name: 'Clips hier ablegen' })).toBeVisible();
  await isGerman(studio, 'empty');
  await dropFiles(page, [clip]);
  await expect(page.getByText('12 → 24 Bilder pro Sekunde')).toBeVisible();
  await page.getByRole('button', { name: '1 Clip interpolieren' }).click();
  await hasStatus(page, '1 fertig', 90_000);
  await page.keyboard.press('e');
  await isGerman(studio, 'done');
  await page.getByRole('button', { name: 'Warteschlange', exact: true }).click();
  await expect(page.getByText(/RIFE 4\.25 · 1 Clip/)).toBeVisible();
  await expect(page.getByText(/24 → 48 Bilder/)).toBeVisible();
  await isGerman(studio, 'queue');
  await studio.app.close();
});

test('the studio of styles speaks German too', async () => {
  test.setTimeout(120_000);
  const files = copies(folders.make('bilder'), ['tal.png'], 384, 256);
  const studio = await openStudio(folders, { language: 'de', home: await folders.home(STYLE_MODELS) });
  const { page } = studio;
  await page.keyboard.press('Control+3');
  await expect(page.getByRole('heading', { name: 'Bilder hier ablegen' })).toBeVisible();
  await dropFiles(page, files);
  await expect(page.locator('.shelf-style img')).toHaveCount(26, { timeout: 60_000 });
  await isGerman(studio, 'opened');
  await page.getByRole('button', { name: 'Stil 3', exact: true }).click();
  await page.getByRole('button', { name: 'Neue Ebene' }).click();
  await page.keyboard.press('Shift+C');
  await isGerman(studio, 'mask');
  await page.getByRole('button', { name: 'Fertig', exact: true }).click();
  await page.getByRole('button', { name: '1 Bild malen' }).click();
  await hasStatus(page, '1 fertig', 60_000);
  await isGerman(studio, 'done');
  await studio.app.close();
});

test('the studio of learning speaks German too', async () => {
  test.setTimeout(120_000);
  const pictures = path.join(folders.make('bilder'), 'punkte');
  spots(pictures, 20);
  const studio = await openStudio(folders, { language: 'de', home: folders.make('home') });
  const { page } = studio;
  await page.keyboard.press('Control+5');
  await isGerman(studio, 'empty');
  await willChoose(studio, pictures);
  await page.locator('.inspector').getByRole('button', { name: 'Ordner wählen…' }).click();
  await page.getByRole('radio', { name: 'Schritte', exact: true }).click();
  await page.getByRole('spinbutton', { name: 'Schritte', exact: true }).fill('20');
  await page.getByRole('button', { name: 'Lernen beginnen' }).click();
  await expect(page.getByRole('heading', { name: 'Was sich damit machen lässt' })).toBeVisible({
    timeout: 60_000,
  });
  await isGerman(studio, 'learnt');
  await studio.app.close();
});

test('another language is spoken from one moment to the next, and remembered', async () => {
  const home = await folders.home();
  const studio = await openStudio(folders, { home, files: copies(folders.make('pictures'), ['valley.png']) });
  const { page } = studio;
  await restoreButton(page).click();
  await expect(page.getByText('After · 192 × 128')).toBeVisible();
  expect(await menuLabels(studio)).toContain('Open files…');
  // What finds nothing in German finds plenty here.
  expect((await texts(page)).filter(isEnglish).length).toBeGreaterThan(20);
  const choose = (language: string) =>
    page.evaluate((chosen) => window.gesso.setLanguage({ language: chosen }), language);

  expect(await choose('xx')).toMatchObject({ ok: false, error: { code: 'usage/invalid' } });
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  expect(await choose('de')).toMatchObject({ ok: true });
  await expect(page.getByText('Nachher · 192 × 128')).toBeVisible();
  await expect(page.getByRole('slider', { name: 'Trennlinie zwischen vorher und nachher' })).toBeVisible();
  await expect(page.locator('.frame')).toHaveAccessibleName('valley.png, Fertig');
  await isGerman(studio, 'changed');
  expect(await menuLabels(studio)).toContain('Dateien öffnen…');
  await studio.app.close();

  const again = await openStudio(folders, { home });
  await expect(again.page.getByText('Nachher · 192 × 128')).toBeVisible();
  await again.app.close();
});

test('at first it speaks what the system speaks', async () => {
  test.skip(process.platform !== 'linux', 'elsewhere the system does not go by the environment');
  for (const [locale, title] of [
    ['de_AT.UTF-8', 'Bilder hier ablegen'],
    ['C', 'Drop pictures here'],
  ] as const) {
    const env = { LANG: locale, LC_ALL: locale, LANGUAGE: '' };
    const studio = await openStudio(folders, { home: folders.make('home'), language: 'system', env });
    await expect(studio.page.getByRole('heading', { name: title })).toBeVisible();
    await studio.app.close();
  }
});
