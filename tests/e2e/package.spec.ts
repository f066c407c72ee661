import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { expect, test } from '@playwright/test';
import electron from 'electron';
import { Folders, root } from './studio.ts';

const run = promisify(execFile);
const folders = new Folders();
const app = path.join(root, 'dist/linux-unpacked');
const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const ON = '1'.charCodeAt(0);
const OFF = '0'.charCodeAt(0);

test.describe.configure({ mode: 'serial' });
test.skip(process.env.GESSO_SKIP_PACKAGE === '1', 'GESSO_SKIP_PACKAGE=1: no package is made');
test.skip(process.platform !== 'linux', 'only the Linux package is made here');
test.afterAll(() => folders.remove());

test('the package is made, with Node, models and fuses in place', async () => {
  test.setTimeout(300_000);
  await run(process.execPath, [path.join(root, 'tools/package.mjs')], { cwd: root, timeout: 290_000 });
  for (const name of [
    'app.asar',
    'node/node',
    'models/installed/span-x2.json',
    'models/installed/span-x4.json',
  ])
    expect(existsSync(path.join(app, 'resources', name)), name).toBe(true);
  const fuses = await getCurrentFuseWire(path.join(app, 'gesso-studio'));
  expect(fuses).toMatchObject({
    [FuseV1Options.RunAsNode]: OFF,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: OFF,
    [FuseV1Options.EnableNodeCliInspectArguments]: OFF,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: ON,
    [FuseV1Options.OnlyLoadAppFromAsar]: ON,
  });
});

test('the packaged studio paints and restores a picture: --smoke exits 0', async () => {
  const { TMPDIR, home } = places();
  await run(path.join(app, 'gesso-studio'), [...flags, '--smoke'], {
    env: { ...process.env, TMPDIR, GESSO_HOME: home },
    timeout: 100_000,
  });
  // It left neither its own folder nor anything in the user's queue.
  await expect.poll(() => readdirSync(TMPDIR).filter((name) => name.startsWith('gesso-smoke-'))).toEqual([]);
  expect(existsSync(path.join(home, 'queue.sqlite'))).toBe(false);
});

test('--smoke without a model fails and says why', async () => {
  const { TMPDIR, home } = places();
  const outcome = await run(String(electron), [...flags, root, '--smoke'], {
    env: { ...process.env, TMPDIR, GESSO_HOME: home },
    timeout: 100_000,
  }).catch((error: { code: number; stderr: string }) => error);
  expect(outcome).toMatchObject({ code: 1 });
  expect(outcome.stderr).toContain('The smoke test failed: drawn.png: The model span-x2 is not installed.');
});

function places(): { TMPDIR: string; home: string } {
  const TMPDIR = folders.make('tmp');
  const home = path.join(TMPDIR, 'home');
  mkdirSync(home);
  return { TMPDIR, home };
}
