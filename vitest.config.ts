import { defineConfig } from 'vitest/config';
import { WORKERS } from './tests/support/workers.ts';

export default defineConfig({
  test: {
    // Native libraries are loaded in several tests; a process each keeps a crash from taking the others along.
    pool: 'forks',
    // Tests load ONNX Runtime themselves; its Linux builds report their use unless told not to.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    maxWorkers: WORKERS,
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
          // Real weights on a slow machine.
          testTimeout: 300_000,
          hookTimeout: 300_000,
          setupFiles: ['tests/support/own-cores.ts'],
        },
      },
    ],
  },
});
