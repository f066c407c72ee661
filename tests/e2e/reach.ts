import { AxeBuilder } from '@axe-core/playwright';
import { setTheme } from './states.ts';
import type { OpenStudio } from './studio.ts';

/** Controls that cannot be brought into sight, or are covered where they are, and boxes that let something run over. */
function unreachable(): string[] {
  // While one of these is open, nothing else can be used.
  const alone = document.querySelector('dialog[open], [role="menu"]');
  const controls = [
    ...(alone ?? document).querySelectorAll<HTMLElement>(
      'a[href], button, input, select, summary, [tabindex]:not([tabindex="-1"])',
    ),
  ].filter((each) => each.checkVisibility() && !each.closest('[inert], [hidden], [data-radix-focus-guard]'));
  const nameOf = (each: Element) =>
    `<${each.tagName.toLowerCase()} class="${each.className}"> ${each.getAttribute('aria-label') ?? each.textContent}`;
  const found: string[] = [];
  for (const control of controls) {
    control.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const { left, top, right, bottom, width, height } = control.getBoundingClientRect();
    const isInside = left >= -1 && top >= -1 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
    // Larger than the window is only what scrolls by itself.
    const isLarger = width > innerWidth || height > innerHeight;
    if (!isInside || isLarger || width < 8 || height < 8) {
      found.push(`out of reach: ${nameOf(control)} at ${[left, top, right, bottom].map(Math.round)}`);
      continue;
    }
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    // A tip goes with the focus or the pointer that brought it.
    const isHit = hit !== null && (control.contains(hit) || hit.contains(control) || hit.closest('.tip'));
    // The canvas has its tools and its divider over it.
    if (!isHit && !control.matches('.canvas-area'))
      found.push(`covered: ${nameOf(control)} by ${hit && nameOf(hit)}`);
  }
  for (const box of document.querySelectorAll<HTMLElement>('.room, .room > :not(.hidden), dialog[open]')) {
    const { overflowX, overflowY } = getComputedStyle(box);
    const runs = (overflow: string, inner: number, outer: number) =>
      inner > outer + 1 && !['auto', 'scroll'].includes(overflow);
    const isOver =
      runs(overflowX, box.scrollWidth, box.clientWidth) ||
      runs(overflowY, box.scrollHeight, box.clientHeight);
    if (isOver) found.push(`runs over: ${box.className} ${box.scrollWidth}x${box.scrollHeight}`);
  }
  return found;
}

/** What a user cannot reach in what is shown, and what axe finds in either theme. */
export async function objections(name: string, studio: OpenStudio): Promise<string[]> {
  const { page } = studio;
  const found = (await page.evaluate(unreachable)).map((each) => `${name}: ${each}`);
  for (const theme of ['dark', 'light'] as const) {
    await setTheme(studio, theme);
    // Legacy mode: Electron opens no second page for axe to work in.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    for (const { id, nodes } of violations)
      for (const node of nodes) found.push(`${name} ${theme}: ${id}: ${node.target} ${node.failureSummary}`);
  }
  await setTheme(studio, 'dark');
  return found;
}
