import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './support/gesso.ts';

interface Notice {
  kind: string;
  name: string;
  version: string;
  licence: string;
  text: string;
}
const out = path.join(ROOT, 'out');
const notices: Notice[] = JSON.parse(readFileSync(path.join(out, 'main/licences.json'), 'utf8'));
const read = (folder: string) => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
const nameOf = (folder: string) => `${read(folder).name} ${read(folder).version}`;
const listed = new Set(notices.map(({ name, version }) => `${name} ${version}`));

/** The packages that the source maps of the bundles name: another witness than the bundler's own record. */
function mapped(): string[] {
  const maps = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.map'),
  );
  expect(maps.length).toBeGreaterThan(3);
  const folders = maps.flatMap((file) => {
    const map: { sources: string[] } = JSON.parse(readFileSync(path.join(out, file), 'utf8'));
    return map.sources.flatMap(
      (source) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(source)?.[0] ?? [],
    );
  });
  // Written relative to a build that has been moved since: what counts begins at node_modules.
  return [...new Set(folders.map((folder) => path.join(ROOT, folder.slice(folder.indexOf('node_modules')))))];
}

/** What package.json calls dependencies, and what those need in turn, where it is installed. */
function needed(folder: string, found = new Set<string>()): Set<string> {
  const { dependencies, optionalDependencies } = read(folder);
  const require = createRequire(path.join(folder, 'package.json'));
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const place = require.resolve
      .paths(name)
      ?.map((each) => path.join(each, name))
      .find(existsSync);
    // The Node that runs engines is listed under its own name.
    if (!place || found.has(place) || name.startsWith('node-')) continue;
    found.add(place);
    needed(place, found);
  }
  return found;
}

it('every package in the bundles and beside them is listed', () => {
  const bundled = mapped().map(nameOf);
  expect(bundled).toEqual(
    expect.arrayContaining([expect.stringMatching(/^react /), expect.stringMatching(/^zod /)]),
  );
  const shipped = [...needed(ROOT)].map(nameOf);
  expect(shipped).toEqual(expect.arrayContaining([expect.stringMatching(/^onnxruntime-node /)]));
  expect([...bundled, ...shipped].filter((each) => !listed.has(each))).toEqual([]);
});

it('everything that is listed has a licence and its text', () => {
  for (const { name, licence, text } of notices) {
    expect(licence, name).toMatch(/^unknown$|^\(?[A-Z0-9][\w.-]+( (OR|AND) [\w.-]+)*\)?$/);
    expect(text.length, name).toBeGreaterThan(200);
  }
  const programs = notices.filter(({ kind }) => kind === 'program').map(({ name }) => name);
  expect(programs).toEqual(expect.arrayContaining(['Gesso', 'Electron']));
  const models = readdirSync(path.join(ROOT, 'models/catalogue')).filter((file) => file.endsWith('.json'));
  expect(notices.filter(({ kind }) => kind === 'model')).toHaveLength(models.length);
});
