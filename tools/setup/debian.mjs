import { existsSync } from 'node:fs';
import { run, tail } from '../lib/run.mjs';
import { say } from '../lib/say.mjs';

/** What Electron and a virtual display need on Debian and Ubuntu. */
const PACKAGES = [
  'xvfb',
  'xauth',
  'libgtk-3-0',
  'libnss3',
  'libasound2',
  'libgbm1',
  'libxss1',
  'libxtst6',
  'libatspi2.0-0',
  'libnotify4',
  'libdrm2',
  'libxkbcommon0',
  'libatk-bridge2.0-0',
  'libcups2',
  'libxshmfence1',
  'fonts-dejavu-core',
];

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own notation
const FORMAT = '-f=${Package} ${db:Status-Status}\n';

/** Debian 13 and Ubuntu 24.04 renamed some libraries for their 64-bit time. */
const names = (/** @type {string} */ name) => [name, `${name}t64`];

/**
 * Installs the Debian packages that Electron and Xvfb need when root, otherwise says which are missing.
 *
 * @returns {Promise<boolean>} whether nothing is missing; true where the question does not arise
 */
export async function installDebianPackages() {
  if (process.platform !== 'linux') return true;
  if (!existsSync('/usr/bin/dpkg-query')) {
    say('This is not a Debian system: Electron needs GTK 3, NSS, ALSA, GBM and, for tests, Xvfb and xauth.');
    return true;
  }
  const missing = await missingPackages();
  if (missing.length === 0) return true;
  if (process.getuid?.() !== 0) {
    say(`Electron and its tests need Debian packages that are missing. As root, run:`);
    say(`  apt-get update && apt-get install ${missing.join(' ')}`);
    return false;
  }
  say(
    `Installing ${missing.length} Debian packages for Electron and its virtual display: ${missing.join(' ')} ...`,
  );
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const updated = await run('apt-get', ['update'], { env });
  if (updated.code !== 0)
    say(`apt-get update failed; going on with the lists there are.\n${tail(updated, 4)}`);
  const chosen = [];
  for (const name of missing) chosen.push(await installable(name));
  const done = await run('apt-get', ['install', '-y', '--no-install-recommends', ...chosen], { env });
  if (done.code !== 0) throw new Error(`apt-get install failed:\n${tail(done)}`);
  return true;
}

async function missingPackages() {
  const all = PACKAGES.flatMap(names);
  const listed = await run('dpkg-query', ['-W', FORMAT, ...all]);
  const installed = new Set(
    listed.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return PACKAGES.filter((name) => !names(name).some((one) => installed.has(one)));
}

/** @param {string} name */
async function installable(name) {
  for (const one of names(name)) {
    const policy = await run('apt-cache', ['policy', one]);
    if (/Candidate: (?!\(none\))/.test(policy.stdout)) return one;
  }
  return name;
}
