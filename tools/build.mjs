import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUNDLED_FILE } from './lib/bundled-packages.mjs';
import { notices } from './lib/licences.mjs';
import { alone } from './lib/lock.mjs';
import { out, root } from './lib/paths.mjs';
import { run, tail } from './lib/run.mjs';
import { say, since } from './lib/say.mjs';
import { stampOf } from './lib/stamp.mjs';

const SOURCES = [
  'contract',
  'models',
  'main',
  'preload',
  'renderer',
  'electron.vite.config.ts',
  'package-lock.json',
  'tools/lib/licences.mjs',
  'tools/lib/bundled-packages.mjs',
  'tools/licences',
  'LICENSE',
];
const stampFile = path.join(out, '.stamp');

/**
 * Bundles the sources into out/ when they have changed since the last time.
 *
 * @returns {Promise<boolean>} whether there was anything to do
 */
export async function build() {
  if (isCurrent()) return false;
  return await alone('build', async () => {
    if (isCurrent()) return false;
    await bundle();
    return true;
  });
}

function isCurrent() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stampOf(SOURCES);
}

/** Builds beside out/ and swaps, so that no process ever starts from half a build. */
async function bundle() {
  const started = performance.now();
  say('Building ...');
  const stamp = stampOf(SOURCES);
  const next = path.join(root, 'out.next');
  const old = path.join(root, 'out.old');
  rmSync(next, { recursive: true, force: true });
  const vite = path.join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  const done = await run(process.execPath, [vite, 'build', '--logLevel', 'warn', '--outDir', next], {
    // Colours would only be noise in the captured output.
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  if (done.code !== 0 || !existsSync(next)) throw new Error(`The build failed:\n${tail(done, 40)}`);
  const remarks = `${done.stdout}${done.stderr}`.trim();
  if (remarks) say(remarks);
  // Packaged, the engine's bundles lie outside the app's archive, away from its package.json: say again what they are.
  if (existsSync(path.join(next, 'main')))
    writeFileSync(path.join(next, 'main/package.json'), '{ "type": "module" }\n');
  writeNotices(next);
  writeFileSync(path.join(next, '.stamp'), stamp);
  rmSync(old, { recursive: true, force: true });
  if (existsSync(out)) renameSync(out, old);
  renameSync(next, out);
  rmSync(old, { recursive: true, force: true });
  say(`Built in ${since(started)}.`);
}

/** Leaves the licences of everything inside beside main, which tells them to the page. */
function writeNotices(/** @type {string} */ folder) {
  const bundled = ['main', 'preload', 'renderer'].flatMap((room) => {
    const file = path.join(folder, room, BUNDLED_FILE);
    const packages = JSON.parse(readFileSync(file, 'utf8'));
    rmSync(file);
    return packages;
  });
  writeFileSync(path.join(folder, 'main/licences.json'), JSON.stringify(notices(bundled)));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!(await build())) say('Nothing to build: out/ is up to date.');
}
