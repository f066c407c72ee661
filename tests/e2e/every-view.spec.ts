import { expect, type Page, test } from '@playwright/test';
import { focusObjections } from './focus-stops.ts';
import { expectMotion, restless } from './motion.ts';
import { objections } from './reach.ts';
import { WALKS } from './states.ts';
import { Folders } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

/** Views that hold nothing but a few stops: a dialog or a menu. Every other one has the header's and more. */
const ALONE = ['palette', 'parts', 'presets'];

for (const { of, walk } of WALKS)
  test(`in every view of ${of}, in both themes, axe finds nothing, nothing is out of reach, nothing moves that should not, and each control shows that it has the focus`, async () => {
    test.setTimeout(600_000);
    const found: string[] = [];
    const lengths: Record<string, number> = {};
    const seen = new Set<Page>();
    await walk(folders, async (name, studio) => {
      const { page } = studio;
      if (!seen.has(page)) {
        seen.add(page);
        await expectMotion(page);
      }
      // First: what is under way may be over after the longer looks.
      found.push(...(await restless(name, page)), ...(await objections(name, studio)));
      const focus = await focusObjections(name, studio);
      found.push(...focus.found);
      lengths[name] = focus.stops;
    });
    expect(found).toEqual([]);
    // It went somewhere.
    for (const [name, length] of Object.entries(lengths))
      expect(length, name).toBeGreaterThan(ALONE.includes(name) ? 0 : 10);
  });
