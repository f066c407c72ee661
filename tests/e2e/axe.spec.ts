import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { setTheme, throughStates } from './states.ts';
import { Folders } from './studio.ts';

const folders = new Folders();
test.afterAll(() => folders.remove());

test('axe finds nothing in any state, in either theme', async () => {
  test.setTimeout(240_000);
  const found: string[] = [];
  await throughStates(folders, async (name, studio) => {
    for (const theme of ['dark', 'light'] as const) {
      await setTheme(studio, theme);
      // Legacy mode: Electron opens no second page for axe to work in.
      const { violations } = await new AxeBuilder({ page: studio.page }).setLegacyMode(true).analyze();
      for (const { id, nodes } of violations)
        for (const node of nodes)
          found.push(`${name} ${theme}: ${id}: ${node.target} ${node.failureSummary}`);
    }
  });
  expect(found).toEqual([]);
});
