import { expect, type Page, test } from '@playwright/test';
import { expectMotion, restless } from './motion.ts';
import { objections } from './reach.ts';
import { WALKS } from './states.ts';
import { Folders } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

for (const { of, walk } of WALKS)
  test(`axe finds nothing in any state with ${of}, in either theme, nothing is out of reach, and nothing moves that should not`, async () => {
    test.setTimeout(300_000);
    const found: string[] = [];
    const seen = new Set<Page>();
    await walk(folders, async (name, studio) => {
      const { page } = studio;
      if (!seen.has(page)) {
        seen.add(page);
        await expectMotion(page);
      }
      // First: what is under way may be over after the longer look.
      found.push(...(await restless(name, page)), ...(await objections(name, studio)));
    });
    expect(found).toEqual([]);
  });
