import { expect, test } from '@playwright/test';
import { objections } from './reach.ts';
import { WALKS } from './states.ts';
import { Folders } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

for (const { of, walk } of WALKS)
  test(`axe finds nothing in any state with ${of}, in either theme, and nothing is out of reach`, async () => {
    test.setTimeout(240_000);
    const found: string[] = [];
    await walk(folders, async (name, studio) => {
      found.push(...(await objections(name, studio)));
    });
    expect(found).toEqual([]);
  });
