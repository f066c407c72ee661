import { expect, type Page } from '@playwright/test';
import { setTheme } from './states.ts';
import type { OpenStudio } from './studio.ts';

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

/** Views in which something is under way, which may be over before a second look. */
const PASSING = ['preview', 'working', 'clip-working'];

/**
 * Goes through everything that Tab comes to, with keys in the dark theme and without them in the light one.
 *
 * @returns what does not show that it has the focus, and how many stops there are
 */
export async function focusObjections(
  name: string,
  studio: OpenStudio,
): Promise<{ found: string[]; stops: number }> {
  const { page } = studio;
  const found: string[] = [];
  const look = (theme: string, stops: readonly Stop[]) => {
    for (const { name: control, isInSight, contrast } of stops) {
      if (!isInSight) found.push(`${name} ${theme}: not in sight: ${control}`);
      if (!(contrast >= 3)) found.push(`${name} ${theme}: ring of ${contrast.toFixed(1)}: ${control}`);
    }
  };
  await setTheme(studio, 'dark');
  const stops = await walk(page);
  look('dark', stops);
  if (!PASSING.includes(name)) {
    await setTheme(studio, 'light');
    await page.waitForFunction(() => matchMedia('(prefers-color-scheme: light)').matches);
    const again = await page.evaluate<Stop[]>(`(${refocused})(${focused})`);
    look('light', again);
    expect(
      again.map((stop) => stop.name),
      name,
    ).toEqual(stops.map((stop) => stop.name));
  }
  return { found, stops: stops.length };
}
