import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import { projectDraft } from '../../contract/project.ts';
import { ZipWriter } from './media/zip-writer.ts';
import { readProject, writeProject } from './project-file.ts';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gesso-project-'));
  mkdirSync(at('pictures'));
  writeFileSync(at('pictures', 'hills.jpg'), 'the hills');
  writeFileSync(at('pictures', 'wave.png'), 'a wave');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const MASK = Buffer.from('a mask');
const MASK_ID = createHash('sha256').update(MASK).digest('hex');
const OUTPUT = { format: 'same', quality: 92, name: '{name}', existing: 'skip', stripPrivate: false };
const LOOK = { styles: [], strength: 1, keptColour: 0, brush: 1, detail: 0, exact: false };

/** A project of one picture to be painted, with a mask, in the style of another picture. */
function draft(embedded: boolean) {
  const linked = (name: string) => ({ path: at('pictures', name), beside: `pictures/${name}` });
  return projectDraft.parse({
    ...{ gesso: 1, kind: 'project', writtenBy: '0.1.0', studio: 'style', embedded },
    sources: [{ ...linked('hills.jpg'), studio: 'style', masks: { first: MASK_ID } }],
    styles: [{ ...linked('wave.png'), id: 'wave' }],
    selected: { style: 0 },
    restore: { family: 'span', scale: 2, strength: 1, before: [], after: [], output: OUTPUT },
    style: {
      layers: [{ id: 'first', look: LOOK, opacity: 0.5, blend: 'multiply', isShown: true }],
      layer: 'first',
      output: OUTPUT,
    },
  });
}

async function write(embedded = false): Promise<string> {
  writeFileSync(at('mask.png'), MASK);
  const temp = at('one.gesso');
  await writeProject({ temp, name: temp, draft: draft(embedded), masks: { [MASK_ID]: at('mask.png') } });
  return temp;
}

const read = (file: string) => readProject({ file, masks: at('masks'), sources: at('taken-out') });

/** A file of these entries, whatever they are. */
async function zipOf(entries: Record<string, string | Buffer>): Promise<string> {
  const file = at('made.gesso');
  const zip = await ZipWriter.create(file, 'made.gesso');
  for (const [name, content] of Object.entries(entries)) await zip.add(name, Buffer.from(content));
  await zip.finish();
  return file;
}

test('a project is read as it was written, its masks under their hashes', async () => {
  const { manifest, sources, styles } = await read(await write());
  expect(manifest).toMatchObject(draft(false));
  expect(manifest.sources[0]?.sha256).toBe(createHash('sha256').update('the hills').digest('hex'));
  expect([sources, styles]).toEqual([[at('pictures', 'hills.jpg')], [at('pictures', 'wave.png')]]);
  expect(readFileSync(at('masks', `${MASK_ID}.png`))).toEqual(MASK);
  expect(existsSync(at('taken-out'))).toBe(false);
});

test('moved with its pictures it finds them beside it; one that became another is not taken for it', async () => {
  await write();
  mkdirSync(at('moved'));
  copyFileSync(at('one.gesso'), at('moved', 'one.gesso'));
  mkdirSync(at('moved', 'pictures'));
  for (const name of ['hills.jpg', 'wave.png'])
    copyFileSync(at('pictures', name), at('moved', 'pictures', name));
  rmSync(at('pictures'), { recursive: true });
  expect((await read(at('moved', 'one.gesso'))).sources).toEqual([at('moved', 'pictures', 'hills.jpg')]);
  writeFileSync(at('moved', 'pictures', 'hills.jpg'), 'the hillz');
  expect(await read(at('moved', 'one.gesso'))).toMatchObject({
    sources: [null],
    styles: [at('moved', 'pictures', 'wave.png')],
  });
});

test('with the pictures inside nothing else is needed, and what is still there is used as it is', async () => {
  const file = await write(true);
  expect((await read(file)).sources).toEqual([at('pictures', 'hills.jpg')]);
  rmSync(at('pictures'), { recursive: true });
  for (let time = 0; time < 2; time++) {
    const { sources, styles } = await read(file);
    expect([...sources, ...styles].map((place) => path.basename(place ?? ''))).toEqual([
      'hills.jpg',
      'wave.png',
    ]);
    expect(readFileSync(sources[0]!, 'utf8')).toBe('the hills');
  }
});

// One file for every version that ever was: a next one is added beside it, and this one is read through migrations.
test.each(['version-1.gesso'])('%s opens', async (name) => {
  const file = path.resolve(import.meta.dirname, '../../tests/fixtures/projects', name);
  const { manifest, sources, styles } = await read(file);
  expect(manifest.style).toMatchObject({ layer: 'first', layers: [{ opacity: 0.5, blend: 'multiply' }] });
  expect(manifest.sources[0]).toMatchObject({ studio: 'style', masks: { first: MASK_ID } });
  expect([...sources, ...styles].map((place) => readFileSync(place!, 'utf8'))).toEqual([
    'the hills',
    'a wave',
  ]);
  expect(readFileSync(at('masks', `${MASK_ID}.png`))).toEqual(MASK);
});

test('a picture that is not there is named, and nothing is left half written', async () => {
  rmSync(at('pictures', 'wave.png'));
  await expect(write()).rejects.toMatchObject({ code: 'input/unreadable', message: /wave\.png/ });
  expect(existsSync(at('one.gesso'))).toBe(false);
});

test('what is no project says so: another zip, other entries, a newer version, a mask that lacks or lies', async () => {
  const manifest = JSON.stringify({ ...(await read(await write())).manifest });
  writeFileSync(at('text.gesso'), 'no zip at all');
  const cases: [Promise<string> | string, RegExp][] = [
    [at('text.gesso'), /is not a project/],
    [zipOf({ 'notes.txt': 'x' }), /holds "notes\.txt"/],
    [zipOf({ 'manifest.json': manifest, '../../evil.png': 'x' }), /is not a project/],
    [zipOf({ 'manifest.json': '{' }), /is not a project/],
    [zipOf({ 'manifest.json': manifest.replace('"gesso":1', '"gesso":2') }), /version 2/],
    [zipOf({ 'manifest.json': manifest.replace('"multiply"', '"mix"') }), /style\.layers\.0\.blend/],
    [zipOf({ 'manifest.json': manifest }), /the mask [0-9a-f]+ is not in it/],
    [zipOf({ 'manifest.json': manifest, [`masks/${MASK_ID}.png`]: 'another' }), /is damaged/],
  ];
  rmSync(at('masks'), { recursive: true });
  for (const [file, message] of cases)
    await expect(read(await file)).rejects.toMatchObject({ code: 'project/broken', message });
  await expect(read(at('none.gesso'))).rejects.toMatchObject({ code: 'input/unreadable' });
  expect(existsSync(at('..', 'evil.png'))).toBe(false);
  expect(existsSync(at('masks')) ? readdirSync(at('masks')) : []).toEqual([]);
});

test('with any byte of it changed it is the same, or a typed error, and never another picture', async () => {
  const bytes = readFileSync(await write(true));
  rmSync(at('pictures'), { recursive: true });
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
      const other = Buffer.from(bytes);
      other[place]! ^= change;
      writeFileSync(at('other.gesso'), other);
      rmSync(at('taken-out'), { recursive: true, force: true });
      rmSync(at('masks'), { recursive: true, force: true });
      try {
        const { sources } = await read(at('other.gesso'));
        if (sources[0]) expect(readFileSync(sources[0], 'utf8')).toBe('the hills');
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(GessoError);
      }
    }),
    { numRuns: 400 },
  );
});
