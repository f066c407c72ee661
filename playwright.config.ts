import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'tests/e2e',
  // tools/screens.mjs photographs the window with the same hands.
  testMatch: process.env.GESSO_SCREENS ? '**/*.shots.ts' : '**/*.spec.ts',
  outputDir: '.cache/playwright',
  // One window at a time: they share the machine's cores and its one virtual screen.
  workers: 1,
  // A test that passes only at the second try is a failed test.
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['list'], ['json', { outputFile: '.cache/reports/e2e.json' }]],
});
