import { defineConfig } from '@playwright/test';
import { WORKERS } from './tests/support/workers.ts';

export default defineConfig({
  testDir: 'tests/e2e',
  // tools/screens.mjs photographs the window with the same hands.
  testMatch: process.env.GESSO_SCREENS ? '**/*.shots.ts' : '**/*.spec.ts',
  outputDir: '.cache/playwright',
  globalSetup: './tests/e2e/virtual-screens.ts',
  // Pictures of the window are taken one after the other: nothing else may be under way in them.
  workers: process.env.GESSO_SCREENS ? 1 : WORKERS,
  // A test that passes only at the second try is a failed test.
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: '.cache/reports/e2e.json' }]],
});
