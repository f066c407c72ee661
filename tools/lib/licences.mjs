import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

/**
 * @typedef {object} Notice what the program owes to somebody's work inside it
 * @property {'program' | 'library' | 'model'} kind
 * @property {string} name
 * @property {string} version
 * @property {string} licence an SPDX expression
 * @property {string} text the licence in full
 */

const TEXTS = path.join(root, 'tools/licences');
/** Whose work it is, where a package carries neither a licence text nor an author that would say so. */
const HOLDERS = /** @type {Record<string, string>} */ ({
  'onnxruntime-common': 'Microsoft Corporation',
  'onnxruntime-node': 'Microsoft Corporation',
});

/**
 * The licences of everything inside: Gesso, Electron and Node, the packages whose code is in the bundles, those that
 * lie beside them, and the models that can be had.
 *
 * @param {Iterable<string>} bundled folders of packages, as the bundler recorded them
 * @returns {Notice[]}
 */
export function notices(bundled) {
  const folders = [...new Set([...bundled, ...shippedPackages()])];
  const libraries = folders.map(ofPackage).sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return [...programs(), ...libraries, ...models()];
}

/** The packages that are shipped as folders: what package.json calls dependencies, with theirs, on this platform. */
function shippedPackages() {
  /** @type {Record<string, { dev?: boolean, devOptional?: boolean }>} */
  const locked = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked)
    .filter(([place, { dev, devOptional }]) => place !== '' && !dev && !devOptional)
    .map(([place]) => path.join(root, place))
    .filter((folder) => existsSync(folder) && !isNode(folder));
}

/** @param {string} folder */
function isNode(folder) {
  return /^node-(linux|win|darwin)-/.test(path.basename(folder));
}

/** @param {string} folder @returns {Notice} */
function ofPackage(folder) {
  const { name, version, license, author } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  );
  const licence = typeof license === 'string' ? license : (license?.type ?? 'unknown');
  const own = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice|third)/i.test(file))
    .sort()
    .map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
  const holder =
    HOLDERS[name] ?? (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`;
  const text = own.length > 0 ? own.join('\n\n') : standardText(licence, holder);
  return { kind: 'library', name, version, licence, text: text + ofParts(folder) };
}

/** Libraries that a package holds in its turn, where its README is the place that lists them (libvips). */
function ofParts(/** @type {string} */ folder) {
  const readme = path.join(folder, 'README.md');
  const licensing = existsSync(readme) ? /^## Licensing$.*/ms.exec(readFileSync(readme, 'utf8'))?.[0] : '';
  return licensing?.includes('|') ? `\n\n${licensing.trim()}` : '';
}

/**
 * @param {string} licence
 * @param {string} holder
 */
function standardText(licence, holder) {
  const file = path.join(TEXTS, `${licence}.txt`);
  if (!existsSync(file))
    throw new Error(`There is no text of the licence ${licence} (of ${holder}) in tools/licences.`);
  return `Copyright (c) ${holder}\n\n${readFileSync(file, 'utf8').trim()}`;
}

/** @returns {Notice[]} */
function programs() {
  const gesso = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const electron = path.join(root, 'node_modules/electron');
  const node = readdirSync(path.join(root, 'node_modules')).find(isNode);
  /** @type {Notice[]} */
  const found = [
    {
      kind: 'program',
      name: 'Gesso',
      version: gesso.version,
      licence: gesso.license,
      text: readFileSync(path.join(root, 'LICENSE'), 'utf8').trim(),
    },
    { ...ofPackage(electron), kind: 'program', name: 'Electron' },
  ];
  if (node)
    found.push({ ...ofPackage(path.join(root, 'node_modules', node)), kind: 'program', name: 'Node.js' });
  return found;
}

/**
 * Models are fetched by the user and not handed on with Gesso: where the text of a licence is not kept here, its name
 * and its address say which it is.
 *
 * @param {string} licence
 * @param {string} authors
 */
function modelText(licence, authors) {
  if (existsSync(path.join(TEXTS, `${licence}.txt`))) return standardText(licence, authors);
  const known = licence === 'unknown' ? 'Nobody could find a licence of it.' : `Licence: ${licence}`;
  return `Copyright (c) ${authors}\n\n${known}`;
}

/** @returns {Notice[]} */
function models() {
  const catalogue = path.join(root, 'models/catalogue');
  return readdirSync(catalogue)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const { name, licence, licenceUrl, authors, sources } = JSON.parse(
        readFileSync(path.join(catalogue, file), 'utf8'),
      );
      return {
        kind: 'model',
        name,
        version: sources[0].version,
        licence,
        text: [modelText(licence, authors), licenceUrl].filter(Boolean).join('\n\n'),
      };
    });
}
