import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { findElectron } from './lib/electron.mjs';
import { carriedNode, script } from './lib/node.mjs';
import { cache, root, shown } from './lib/paths.mjs';
import { run, tail } from './lib/run.mjs';
import { print, say, since } from './lib/say.mjs';
import { setUp } from './setup.mjs';

/** The models that a packaged Gesso works with from the first moment, without a network. */
const DEFAULT_MODELS = ['span-x2', 'span-x4'];

/** A data folder of the packaging's own; electron-builder.yml takes `models/` out of it. */
const home = path.join(cache, 'package-home');

try {
  await makePackage();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function makePackage() {
  const started = performance.now();
  await setUp(['dependencies', 'debian', 'electron']);
  await build();
  const electron = findElectron();
  if (!electron) throw new Error('There is no Electron here to package.');
  if (!carriedNode()) throw new Error('npm carries no Node for this platform, and the engine needs one.');
  if (!process.argv.includes('--without-models')) await convertModels();
  if (electron.fallback)
    say('Note: this Electron is the stand-in for development; the folder is not to be handed out.');
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  say('Packing the app folder ...');
  const platform =
    { linux: '--linux', darwin: '--mac', win32: '--win' }[String(process.platform)] ?? '--linux';
  const given = [`-c.electronDist=${electron.folder}`, `-c.electronVersion=${electron.version}`];
  const done = await run(process.execPath, [script('electron-builder/cli.js'), platform, '--dir', ...given]);
  if (done.code !== 0) throw new Error(`electron-builder failed:\n${tail(done, 30)}`);
  const folder = path.join(root, 'dist', process.platform === 'linux' ? 'linux-unpacked' : '');
  // The Electron folder's own start page; the fuse would not load it, and it has no place in a studio.
  rmSync(path.join(folder, 'resources/default_app.asar'), { force: true });
  say(`Packed in ${since(started)}.`);
  print(shown(folder));
}

/** Installs the default models with our own command line: fetched, verified and converted as anyone's are. */
async function convertModels() {
  const env = { ...process.env, GESSO_HOME: home };
  for (const id of DEFAULT_MODELS) {
    say(`Model ${id} ...`);
    const done = await run(process.execPath, [path.join(root, 'tools/gesso.mjs'), 'models', 'install', id], {
      env,
      output: 'stderr',
    });
    if (done.code !== 0)
      throw new Error(`The default model ${id} could not be installed; without it nothing works offline.`);
  }
  if (!existsSync(path.join(home, 'models'))) throw new Error(`No models in ${shown(home)}.`);
}
