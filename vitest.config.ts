import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Native libraries are loaded in several tests; a process each keeps a crash from taking the others along.
    pool: 'forks',
    // Tests load ONNX Runtime themselves; its Linux builds report their use unless told not to.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    maxWorkers: 2,
    setupFiles: ['tests/support/laws.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{contract,main,models,preload,renderer,tools}/**/*.test.{ts,tsx}'],
          // Laws with many cases, on a machine that does other things too.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          // Real weights on a slow machine, in the time that the end-to-end tests leave.
          testTimeout: 600_000,
          hookTimeout: 600_000,
          // Each of them starts engines that take every core; side by side they would only measure each other.
          fileParallelism: false,
        },
      },
    ],
  },
});
