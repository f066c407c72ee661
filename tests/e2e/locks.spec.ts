import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import type { Bridge } from '../../contract/bridge.ts';
import { areReady, copies, picture } from './hands.ts';
import { Folders, type OpenStudio, openStudio, root } from './studio.ts';

declare global {
  interface Window {
    readonly gesso: Bridge;
  }
}

const folders = new Folders();
let studio: OpenStudio;
let folder: string;
let outside: Server;
let outsideUrl: string;
let visits = 0;

test.beforeAll(async () => {
  outside = createServer((_request, response) => {
    visits++;
    response.setHeader('access-control-allow-origin', '*').end('outside');
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  outsideUrl = `http://127.0.0.1:${(outside.address() as AddressInfo).port}/`;
  folder = folders.make('pictures');
  studio = await openStudio(folders, { files: copies(folder, ['secret-name.png']) });
  await areReady(studio.page, 1);
});
test.afterAll(async () => {
  await studio.app.close();
  outside.close();
  folders.remove();
});

test('the page is sandboxed, isolated and without Node', async () => {
  const preferences = await studio.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const contents = window!.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    return contents.getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
  });
  for (const off of ['nodeIntegrationInWorker', 'navigateOnDragDrop', 'allowRunningInsecureContent'])
    expect(preferences[off] ?? false, off).toBe(false);
  const seen = await studio.page.evaluate(() => ({
    node: ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
      (name) => name in window,
    ),
    bridge: Object.values(window.gesso).map((each) => typeof each),
    webview: 'loadURL' in document.createElement('webview'),
  }));
  expect(seen.node).toEqual([]);
  expect(new Set(seen.bridge)).toEqual(new Set(['function']));
  expect(seen.webview).toBe(false);
});

test('the policy stops inline script, eval, styles and everything outside', async () => {
  const outcome = await studio.page.evaluate(async (url) => {
    const tried = (run: () => unknown) => {
      try {
        run();
        return 'ran';
      } catch {
        return 'stopped';
      }
    };
    const violations: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      violations.push(event.effectiveDirective),
    );
    // Playwright's own call may evaluate; what follows it may not.
    await new Promise((resolve) => setTimeout(resolve, 0));
    const evaluated = tried(() => new Function('return 1')());
    const markup = tried(() => {
      document.createElement('div').innerHTML = '<img src=x>';
    });
    const inline = tried(() => {
      const script = document.createElement('script');
      script.textContent = 'window.wasRun = true';
      document.body.append(script);
    });
    const style = document.createElement('style');
    style.textContent = 'body { display: none }';
    document.head.append(style);
    const fetched = await fetch(url).then(
      () => 'ran',
      () => 'stopped',
    );
    const image = await new Promise((resolve) => {
      const element = new Image();
      element.onload = () => resolve('ran');
      element.onerror = () => resolve('stopped');
      element.src = url;
    });
    const socket = tried(() => new WebSocket(url.replace('http', 'ws')));
    await new Promise((resolve) => setTimeout(resolve, 200));
    style.remove();
    return { evaluated, markup, inline, fetched, image, socket, wasRun: 'wasRun' in window, violations };
  }, outsideUrl);
  expect(outcome).toMatchObject({
    evaluated: 'stopped',
    markup: 'stopped',
    inline: 'stopped',
    fetched: 'stopped',
    image: 'stopped',
    wasRun: false,
  });
  expect(outcome.violations).toContain('style-src-elem');
  expect(visits).toBe(0);
});

test('navigation, new windows and permissions are denied', async () => {
  const { app, page } = studio;
  const before = page.url();
  const opened = await page.evaluate((url) => window.open(url) === null, outsideUrl);
  expect(opened).toBe(true);
  await page.evaluate((url) => {
    location.href = url;
  }, outsideUrl);
  await page.evaluate((url) => {
    const link = document.createElement('a');
    link.href = url;
    link.target = '_blank';
    document.body.append(link);
    link.click();
    link.remove();
  }, outsideUrl);
  await page.waitForTimeout(400);
  expect(page.url()).toBe(before);
  expect(app.windows()).toHaveLength(1);
  expect(visits).toBe(0);
  const permissions = await page.evaluate(async () => ({
    notifications: await Notification.requestPermission(),
    camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => 'granted',
      () => 'denied',
    ),
    place: await new Promise((resolve) => {
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        () => resolve('denied'),
      );
    }),
    clipboard: (await navigator.permissions.query({ name: 'clipboard-read' as PermissionName })).state,
  }));
  expect(permissions).toEqual({
    notifications: 'denied',
    camera: 'denied',
    place: 'denied',
    clipboard: 'denied',
  });
});

test('malformed messages are refused, and the line still works', async () => {
  const { app, page } = studio;
  const codes = await page.evaluate(async () => {
    const bridge = window.gesso as unknown as Record<string, (args?: unknown) => Promise<unknown>>;
    const answers = [
      await bridge.removeSources!({ ids: ['../../etc/passwd'] }),
      await bridge.viewSource!({ id: crypto.randomUUID() }),
      await bridge.viewSource!({ id: '1', path: '/etc/passwd' }),
      await bridge.startRestore!({ sources: [], step: {}, output: {} }),
      await bridge.startRestore!({
        sources: [crypto.randomUUID()],
        step: { studio: 'restore' },
        output: {},
        folder: '/tmp',
      }),
      await bridge.setTheme!({ theme: 'dark', also: 1 }),
      await bridge.setTheme!(),
      await bridge.revealResult!({ item: crypto.randomUUID() }),
    ] as { ok: boolean; error?: { code: string } }[];
    return answers.map(({ ok, error }) => (ok ? 'accepted' : error?.code));
  });
  expect(new Set(codes)).toEqual(new Set(['usage/invalid']));
  // What is no message at all, as a taken-over page might send it.
  await app.evaluate(({ BrowserWindow, ipcMain }) => {
    const sender = BrowserWindow.getAllWindows()[0]!.webContents;
    for (const message of [
      undefined,
      'call',
      7,
      { kind: 'call' },
      { kind: 'cancel', id: -1 },
      { kind: 'exec', id: 1 },
    ])
      ipcMain.emit('gesso', { sender, senderFrame: sender.mainFrame }, message);
  });
  expect(await page.evaluate(async () => (await window.gesso.getState()).ok)).toBe(true);
});

test('files that a script made are refused, and the page knows no path', async () => {
  const { page, home } = studio;
  const refused = await page.evaluate(async () => [
    await window.gesso.addDropped([new File(['x'], 'made.png')], 'restore'),
    await window.gesso.addDropped(['/etc/passwd'], 'restore'),
    await window.gesso.addDropped([{ path: '/etc/passwd' }], 'restore'),
  ]);
  expect(refused.map(({ ok }) => ok)).toEqual([false, false, false]);
  const state = await page.evaluate(async () => JSON.stringify(await window.gesso.getState()));
  expect(state).toContain('secret-name.png');
  expect(state).not.toContain(folder);
  expect(state).not.toContain(home);
  expect(state).not.toContain(path.dirname(folder));
});

test('gesso: URLs answer to the page’s files and to ids that were given out, and to nothing else', async () => {
  const { app, page, home } = studio;
  const status = (url: string) =>
    app.evaluate(({ session }, address) => session.defaultSession.fetch(address).then((r) => r.status), url);
  const thumb = (await page.locator('.frame img').getAttribute('src'))!;
  const id = thumb.split('/').at(-1)!;
  expect(await status('gesso://app/index.html')).toBe(200);
  expect(await status(thumb)).toBe(200);
  for (const url of [
    `gesso://picture/thumb/${randomUUID()}`,
    `gesso://picture/view/${id}`,
    `gesso://picture/thumb/${id}/../${id}/..`,
    `gesso://picture/thumb/${id}?x=1`,
    `gesso://picture/thumb/..%2f..%2fqueue.sqlite`,
    `gesso://picture/thumb/%2e%2e/%2e%2e/queue.sqlite`,
    `gesso://picture${home}/queue.sqlite`,
    'gesso://app/../main/app.js',
    'gesso://app/..%2fmain%2fapp.js',
    'gesso://app/%2e%2e/main/app.js',
    `gesso://app${root}/package.json`,
    'gesso://app/',
    'gesso://elsewhere/index.html',
  ])
    expect(await status(url), url).toBe(404);

  // A file of the cache that was swapped for a link, and then the whole folder.
  const previews = path.join(home, 'cache/previews');
  const file = path.join(previews, `thumb-${id}`);
  renameSync(file, `${file}.kept`);
  symlinkSync(picture(96, 64), file);
  expect(await status(thumb)).toBe(404);
  rmSync(file);
  renameSync(`${file}.kept`, file);
  expect(await status(thumb)).toBe(200);
  const elsewhere = path.join(home, 'elsewhere');
  mkdirSync(elsewhere);
  copyFileSync(picture(96, 64), path.join(elsewhere, `thumb-${id}`));
  renameSync(previews, `${previews}.kept`);
  symlinkSync(elsewhere, previews);
  expect(await status(thumb)).toBe(404);
  rmSync(previews);
  renameSync(`${previews}.kept`, previews);
  expect(await status(thumb)).toBe(200);
});
