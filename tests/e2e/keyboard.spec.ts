import { expect, test } from '@playwright/test';
import { areReady, copies, frames, hasStatus, restoreButton } from './hands.ts';
import { Folders, openStudio } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

/** What has the focus: its role or tag, its name, and whether a ring of two pixels or more shows it. */
function focused() {
  const element = document.activeElement as HTMLElement;
  const ringed = [element, element.parentElement!].some((each) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(each);
    return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
  });
  const labelled = element.getAttribute('aria-label') ?? element.closest('label')?.textContent;
  return {
    name: (labelled ?? element.textContent ?? '').trim(),
    isRinged: ringed,
    isPage: element === document.body,
  };
}

test('every control is reached by Tab, has a name and shows that it has the focus', async () => {
  const files = copies(folders.make('pictures'), ['one.png', 'two.png']);
  const { app, page } = await openStudio(folders, { files });
  await areReady(page, 2);
  await restoreButton(page).click();
  await hasStatus(page, '2 done');
  const stops: Awaited<ReturnType<typeof focused>>[] = [];
  await page.locator('.wordmark').click();
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(focused);
    if (stop.isPage || stop.name === stops[0]?.name) break;
    stops.push(stop);
  }
  expect(stops.filter(({ name }) => name === '')).toEqual([]);
  expect(stops.filter(({ isRinged }) => !isRinged)).toEqual([]);
  const names = stops.map(({ name }) => name);
  for (const name of [
    'Restore',
    'Models',
    'Queue',
    'Divider between before and after',
    'Split',
    '1:1',
    'Export a copy',
    'one.png, Done',
    'Add…',
    'Add a step',
    'Task',
    'Change the model',
    '2 times',
    'Strength',
    'Format',
    'File name of the results',
    'Choose folder…',
    'Leave out position (GPS) and serial numbers',
    'Restore 2 pictures',
  ])
    expect(names).toContain(name);
  await app.close();
});

test('pictures are chosen, sized and restored without a mouse', async () => {
  const files = copies(folders.make('pictures'), ['one.png', 'two.png']);
  const { app, page } = await openStudio(folders, { files });
  await areReady(page, 2);
  await frames(page).first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(frames(page).nth(1)).toHaveAttribute('aria-selected', 'true');
  // The focus follows a frame later.
  await expect(frames(page).nth(1)).toBeFocused();
  await page.getByRole('radio', { name: '2 times' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('radio', { name: '3 times' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('96 × 64 → 288 × 192 px')).toBeVisible();
  await page.getByRole('slider', { name: 'Strength' }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect(page.getByText('99 %', { exact: true })).toBeVisible();
  await page.keyboard.press('Control+Shift+Enter');
  await hasStatus(page, '1 done');
  await page.keyboard.press('Control+j');
  await expect(page.getByRole('heading', { name: 'Queue' })).toBeFocused();
  await expect(page.getByText('two_span-x4.png', { exact: false }).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('radio', { name: '3 times' })).toBeVisible();
  await app.close();
});
