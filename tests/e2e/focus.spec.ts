import { renameSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { areReady, copies, frames, hasStatus, restoreButton } from './hands.ts';
import { setTheme, WALKS } from './states.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

/** What has the focus: whether all of it is in sight, and how its ring stands out from what is around it. */
function focused() {
  const element = document.activeElement as HTMLElement;
  const numbers = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string) => {
    const [r = 0, g = 0, b = 0] = numbers(colour).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (from: Element | null): string => {
    for (let at = from; at; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if ((numbers(backgroundColor)[3] ?? 1) === 1) return backgroundColor;
    }
    return getComputedStyle(document.documentElement).backgroundColor;
  };
  // A field's box, or the dialog around its one field, may wear the ring.
  const bearers = [element, element.parentElement!, element.closest('dialog') ?? element];
  const ringed = bearers.find((each) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
  });
  const style = ringed && getComputedStyle(ringed);
  const isInside = style !== undefined && Number.parseFloat(style.outlineOffset) < 0;
  const [light, dark] = style
    ? [luminance(style.outlineColor), luminance(ground(isInside ? ringed! : ringed!.parentElement))].toSorted(
        (a, b) => b - a,
      )
    : [0, 0];
  const grip = () => {
    if (!element.matches('.grow-side')) return undefined;
    const { outlineStyle, outlineColor, boxShadow } = getComputedStyle(element, '::after');
    return outlineStyle === 'solid' ? (luminance(outlineColor) + 0.05) / (luminance(boxShadow) + 0.05) : 0;
  };
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const label = element.getAttribute('aria-label') ?? element.textContent ?? '';
  return {
    name: `<${element.tagName.toLowerCase()} class="${element.className}"> ${label.trim().slice(0, 60)}`,
    isPage: element === document.body,
    isFirst: element.dataset.firstStop === 'yes',
    isInSight: left >= -1 && top >= -1 && right <= innerWidth + 1 && bottom <= innerHeight + 1,
    // Over any picture: the divider's knob is white in black, a grip's ring has its own ground around it.
    contrast: element.matches('.divider-knob') ? 21 : (grip() ?? (light! + 0.05) / (dark! + 0.05)),
  };
}

type Stop = ReturnType<typeof focused>;

/** Everything that Tab comes to, once around; the page keeps what it was. */
async function walk(page: Page): Promise<Stop[]> {
  const stops: Stop[] = [];
  await page.evaluate(() => {
    (window as Walked).walked = [];
  });
  for (let i = 0; i < 240; i++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(focused);
    if (stop.isFirst) break;
    // Once around, the focus passes the page itself.
    if (stop.isPage) continue;
    await page.evaluate((isFirst) => {
      const element = document.activeElement as HTMLElement;
      (window as Walked).walked.push(element);
      if (isFirst) element.dataset.firstStop = 'yes';
    }, stops.length === 0);
    stops.push(stop);
  }
  await page.evaluate(() => {
    for (const each of document.querySelectorAll<HTMLElement>('[data-first-stop]'))
      delete each.dataset.firstStop;
  });
  return stops;
}

type Walked = Window & typeof globalThis & { walked: HTMLElement[] };

/** The same once more, without keys: a focus that is set after keys were used is shown as theirs. */
function refocused(look: typeof focused): Stop[] {
  const { walked } = window as Walked;
  const stops = walked.map((element) => {
    element.focus();
    return look();
  });
  // Where the keys left it.
  walked[0]?.focus();
  return stops;
}

for (const { of, walk: through } of WALKS)
  test(`in every view of ${of} each control shows that it has the focus, in both themes`, async () => {
    test.setTimeout(400_000);
    const found: string[] = [];
    const lengths: Record<string, number> = {};
    await through(folders, async (name, studio) => {
      const { page } = studio;
      const look = (theme: string, stops: readonly Stop[]) => {
        for (const { name: control, isInSight, contrast } of stops) {
          if (!isInSight) found.push(`${name} ${theme}: not in sight: ${control}`);
          if (!(contrast >= 3)) found.push(`${name} ${theme}: ring of ${contrast.toFixed(1)}: ${control}`);
        }
      };
      await setTheme(studio, 'dark');
      const stops = await walk(page);
      lengths[name] = stops.length;
      look('dark', stops);
      // What is under way may be over by now.
      if (['preview', 'working', 'clip-working'].includes(name)) return;
      await setTheme(studio, 'light');
      await page.waitForFunction(() => matchMedia('(prefers-color-scheme: light)').matches);
      const again = await page.evaluate<Stop[]>(`(${refocused})(${focused})`);
      look('light', again);
      expect(
        again.map((stop) => stop.name),
        name,
      ).toEqual(stops.map((stop) => stop.name));
    });
    expect(found).toEqual([]);
    // It went somewhere: a dialog or a menu has its own few stops, every other view has the header's and more.
    const isAlone = (name: string) => ['palette', 'parts', 'presets'].includes(name);
    for (const [name, length] of Object.entries(lengths))
      expect(length, name).toBeGreaterThan(isAlone(name) ? 0 : 10);
  });

test('the focus never falls to the page when what had it goes away, and what matters is said aloud', async () => {
  const folder = folders.make('pictures');
  const [one, two] = copies(folder, ['one.png', 'two.png'], 384, 256);
  const { app, page } = await openStudio(folders);
  const isHeld = async (what: string) => {
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.tagName), { message: what })
      .not.toBe('BODY');
  };
  const press = async (name: string | RegExp, gone = true) => {
    const button = page.getByRole('button', { name, exact: typeof name === 'string' }).first();
    await button.focus();
    await page.keyboard.press('Enter');
    if (gone) await expect(button).toBeHidden();
    await isHeld(String(name));
  };
  const calm = page.locator('[data-spoken="calm"]');
  const urgent = page.locator('[data-spoken="urgent"]');

  await press('Try it with a sample picture');
  await areReady(page, 1);
  await isHeld('the sample');
  await press('Preview', false);
  await press('Close the preview');
  await press('Preview', false);
  await expect(calm).toHaveText('The preview is there', { timeout: 30_000 });
  await press('Preview', false);

  for (const name of ['Models', 'Queue', 'Settings']) {
    await press(name, false);
    await press('Close');
    await expect(page.getByRole('button', { name, exact: true })).toBeFocused();
  }
  await press('Change the model');
  await press('Close');
  await expect(page.getByRole('button', { name: 'Change the model' })).toBeFocused();

  await page.keyboard.press('Control+/');
  await press('No keys for “Fill”');
  await press('Reset “Fill”');
  await press('Back');
  await page.keyboard.press('Escape');

  // A picture that fails, is tried again and goes.
  await app.evaluate(
    ({ dialog }, filePaths) => {
      dialog.showOpenDialog = (async () => ({ canceled: false, filePaths })) as typeof dialog.showOpenDialog;
    },
    [one!, two!],
  );
  await page.keyboard.press('Control+o');
  await areReady(page, 3);
  renameSync(one!, `${one}.away`);
  await restoreButton(page).click();
  await expect(urgent).toHaveText('1 picture failed. The queue says why.', { timeout: 60_000 });
  await hasStatus(page, '2 done, 1 failed');
  await expect(calm).toHaveText('Restoring is over: 2 done, 1 failed');
  await frames(page).nth(1).click();
  await press('Try again', false);
  await hasStatus(page, '2 done, 1 failed');
  renameSync(`${one}.away`, one!);
  await press('Try failed again');
  await hasStatus(page, '3 done');
  await page.keyboard.press('Control+j');
  await press(/^Take off the list/);
  await page.keyboard.press('Escape');
  await frames(page).first().focus();
  await page.keyboard.press('Delete');
  await expect(frames(page)).toHaveCount(2);
  await isHeld('a picture that was taken off');
  await app.close();
});
