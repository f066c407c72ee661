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

/**
 * A model is fetched when it is asked for and not passed on: where a licence is not among the usual ones, its address
 * will do.
 * @param {string} licence
 * @param {string} authors
 * @param {string | undefined} url
 */
function modelText(licence, authors, url) {
  if (url === undefined)
    return (
      `By ${authors}. Nobody could find under which licence this model may be used. It does not come with Gesso: ` +
      'it is fetched from where it was published, when you ask for it. ' +
      'Ask its authors before you use what it makes for more than trying.'
    );
  const isUsual = existsSync(path.join(TEXTS, `${licence}.txt`));
  const text = isUsual
    ? standardText(licence, authors)
    : `By ${authors}, under ${licence}. The model does not come with Gesso: it is fetched from where it was ` +
      'published, when you ask for it. The text of the licence, which says what you may do with it, is at';
  return `${text}\n\n${url}`;
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
        text: modelText(licence, authors, licenceUrl),
      };
    });
}
