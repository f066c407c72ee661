import { expect, type Page } from '@playwright/test';

/** Everything that moves by itself, or would. */
function moving(): string[] {
  const found: string[] = document.getAnimations().map((each) => `runs: ${each.constructor.name}`);
  const seconds = (list: string) => Math.max(...list.split(',').map((each) => Number.parseFloat(each)));
  for (const element of document.querySelectorAll<HTMLElement>('*'))
    for (const part of ['', '::before', '::after']) {
      const style = getComputedStyle(element, part);
      const isStill =
        seconds(style.transitionDuration) === 0 &&
        seconds(style.animationDuration) === 0 &&
        style.scrollBehavior === 'auto';
      if (!isStill) found.push(`${element.tagName} .${element.className}${part}`);
    }
  return found;
}

/** What moves by itself in a view for who asked for less motion. The page is then as it was. */
export async function restless(name: string, page: Page): Promise<string[]> {
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: null });
  // What was on its way before.
  await page.evaluate(() => {
    for (const each of document.getAnimations()) each.finish();
  });
  const found = (await page.evaluate(moving)).map((each) => `${name}: ${each}`);
  await page.emulateMedia({ reducedMotion: null, colorScheme: null });
  return found;
}

/** The same look finds movement where it is not reduced. */
export async function expectMotion(page: Page): Promise<void> {
  expect(await page.evaluate(moving)).not.toEqual([]);
}
