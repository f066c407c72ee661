import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { _electron } from '@playwright/test';

/**
 * Opens the studio on an empty data folder, or with `empty` a window of Electron with one word in it, and prints the
 * milliseconds from the start of the process to the first contentful paint. Prints nothing else.
 */
const home = mkdtempSync(path.join(tmpdir(), 'gesso-window-'));
const root = process.argv[2] === 'empty' ? emptyApp() : path.resolve(import.meta.dirname, '../..');
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

/** The least that Electron can be asked for: what a window costs before there is a program in it. */
function emptyApp(): string {
  const folder = path.join(home, 'empty');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'empty', main: 'main.cjs' }));
  writeFileSync(
    path.join(folder, 'main.cjs'),
    `const { app, BrowserWindow } = require('electron');
app.setPath('userData', ${JSON.stringify(path.join(home, 'data'))});
app.whenReady().then(() => {
  const webPreferences = { sandbox: true, contextIsolation: true };
  const window = new BrowserWindow({ width: 1440, height: 900, webPreferences });
  window.loadURL('data:text/html,<p>empty</p>');
});`,
  );
  return folder;
}
