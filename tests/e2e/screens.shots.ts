import path from 'node:path';
import { test } from '@playwright/test';
import { setTheme, WALKS } from './states.ts';
import { Folders, resize, root } from './studio.ts';

/** The smallest first: in the largest one every control is in sight for what comes next. */
const SIZES = {
  tiny: { width: 640, height: 480 },
  small: { width: 1024, height: 640 },
  large: { width: 1440, height: 900 },
} as const;
/** Kept in the repository under these names; all others are for looking at, in a folder that git leaves out. */
const COMMITTED: Record<string, string> = {
  'restore-dark-large': 'restore-dark',
  'restore-light-large': 'restore-light',
  'empty-dark-large': 'empty-dark',
  'partly-failed-dark-small': 'partly-failed-dark-small',
  'clip-preview-dark-large': 'clip-preview-dark',
};

/** What is open inside the inspector goes with it when a window gets so small that it folds away. */
const INSIDE_INSPECTOR = ['parts', 'preset-name', 'presets'];

const folders = new Folders();
test.afterAll(() => folders.remove());

for (const { of, walk } of WALKS)
  test(`the main states of ${of} in both themes and at three sizes`, async () => {
    test.setTimeout(300_000);
    await walk(folders, async (name, studio) => {
      for (const [size, { width, height }] of Object.entries(SIZES)) {
        if (size === 'tiny' && INSIDE_INSPECTOR.includes(name)) continue;
        await resize(studio, [width, height]);
        for (const theme of ['dark', 'light'] as const) {
          await setTheme(studio, theme);
          await studio.page.waitForTimeout(250);
          const shot = `${name}-${theme}-${size}`;
          const kept = COMMITTED[shot];
          const folder = path.join(root, 'docs/screens', kept ? '' : 'all');
          await studio.page.screenshot({ path: path.join(folder, `${kept ?? shot}.png`) });
        }
      }
    });
  });
