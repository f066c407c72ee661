import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron } from '@playwright/test';

/**
 * Opens the studio on an empty data folder and prints the milliseconds from the start of the process to the first
 * contentful paint. Prints nothing else.
 */
const root = path.resolve(import.meta.dirname, '../..');
const home = mkdtempSync(path.join(tmpdir(), 'gesso-window-'));
const begun = Date.now();
const app = await _electron.launch({
  args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root],
  env: { ...process.env, GESSO_HOME: home } as Record<string, string>,
});
try {
  const page = await app.firstWindow();
  const painted = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const observer = new PerformanceObserver((list) => {
          const entry = list.getEntriesByName('first-contentful-paint')[0];
          if (entry) resolve(performance.timeOrigin + entry.startTime);
        });
        observer.observe({ type: 'paint', buffered: true });
      }),
  );
  process.stdout.write(`${Math.round(painted - begun)}\n`);
} finally {
  await app.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
