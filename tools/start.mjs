import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from './build.mjs';
import { electronEnvironment, findElectron } from './lib/electron.mjs';
import { cache, root, samplePicture, shown } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { print, say } from './lib/say.mjs';
import { setUp } from './setup.mjs';

// `npm start -- photo.jpg` opens that one; the names are relative to where the user stood.
const stood = process.env.INIT_CWD ?? process.cwd();
const words = process.argv.slice(2);
const given = words.filter((word) => !word.startsWith('-')).map((file) => path.resolve(stood, file));

try {
  process.exitCode = hasDisplay() ? await openStudio() : await restoreOnTerminal();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** @returns {Promise<number>} the exit status */
async function openStudio() {
  await setUp(['dependencies', 'debian', 'electron', 'samples']);
  await build();
  const electron = findElectron();
  if (!electron) return 1;
  const files = given.length > 0 ? given : [samplePicture()];
  const flags = words.filter((word) => word.startsWith('-'));
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    say("Running as root: Chromium's sandbox is off (--no-sandbox). Use an ordinary account for daily work.");
    flags.push('--no-sandbox');
  }
  say(`Opening the studio with ${files.map(shown).join(', ')}.`);
  const child = spawn(electron.binary, [...flags, root, ...files], {
    stdio: 'inherit',
    env: electronEnvironment(),
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** @returns {Promise<number>} the exit status */
async function restoreOnTerminal() {
  say('There is no display: restoring on the command line instead of opening the studio.');
  await setUp(['dependencies', 'samples']);
  await build();
  const files = given.length > 0 ? given : [samplePicture()];
  // The sample's result stays out of the folder of samples; a given file's lies beside it, as always.
  const place = given.length > 0 ? [] : ['--out', path.join(cache, 'restored')];
  const gesso = [
    path.join(root, 'tools/gesso.mjs'),
    'restore',
    ...files,
    ...place,
    '--existing',
    'overwrite',
    '--json',
  ];
  const done = await run(process.execPath, gesso, { output: 'events' });
  for (const event of events(done.stdout)) {
    if (event.output) print(`Restored ${shown(event.input)}: ${event.output}`);
    if (event.error) print(`${shown(event.input)}: ${event.error.message} ${event.error.hint}`);
  }
  return done.code;
}

/**
 * @typedef {{ event: string, input: string, output?: string, error?: { message: string, hint: string } }} Item
 * @param {string} text
 * @returns {Item[]}
 */
function events(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line)).filter((event) => event.event === 'item');
}
