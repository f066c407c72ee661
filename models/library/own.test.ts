import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tinyDescriptor } from '../testing/descriptor.ts';
import { tinyEntry } from '../testing/library.ts';
import { ModelLibrary } from './library.ts';
import { parseCatalogue } from './own-catalogue.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-own-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A library whose conversion writes what it was given; reading real files has tests of its own. */
function open() {
  return new ModelLibrary({
    folder,
    catalogue: [tinyEntry()],
    ownCatalogues: path.join(folder, 'catalogues'),
    describe: async () => ({ format: 'pytorch', architecture: 'ESRGAN', task: 'upscale', scale: 4 }),
    convert: async ({ entry, files, outFolder, isOwn }) => {
      mkdirSync(outFolder, { recursive: true });
      const file = path.join(outFolder, 'made.onnx');
      writeFileSync(file, `made of ${files.join()}`);
      const { id, name, task, scale, family, licence, character } = entry;
      const descriptor = { ...tinyDescriptor(), id, name, task, scale, family, licence, character };
      return { file, descriptor, notes: isOwn ? ['a note'] : [] };
    },
  });
}

function model(name: string, content = name): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

describe('a file of the user', () => {
  it('is not said to have conditions where it makes no pictures of numbers', async () => {
    const wishes = { conditions: ['day', 'night'] };
    await expect(open().import(model('x4.pth'), wishes)).rejects.toMatchObject({ code: 'usage/invalid' });
  });

  it('is installed under a name of its own, listed, found again and removed', async () => {
    const library = open();
    const {
      model: made,
      isNew,
      notes,
    } = await library.import(model('4x_Foolhardy Remacri.pth'), {
      licence: 'CC-BY-4.0',
    });
    expect([made.id, isNew, notes]).toEqual(['4x-foolhardy-remacri', true, ['a note']]);
    expect(made.descriptor).toMatchObject({ name: '4x_Foolhardy Remacri', licence: 'CC-BY-4.0', scale: 4 });
    expect(made.imported).toMatchObject({ file: '4x_Foolhardy Remacri.pth', format: 'pytorch' });
    expect(library.list().map(({ entry }) => entry.id)).toEqual(['tiny-x4', '4x-foolhardy-remacri']);
    expect(open().get('4x-foolhardy-remacri')?.sha256).toBe(made.sha256);
    await library.remove(made.id);
    expect(library.list()).toHaveLength(1);
    await expect(library.install(made.id)).rejects.toMatchObject({ code: 'model/missing' });
  });

  it('is the same one when it is brought twice, and another where only the name is the same', async () => {
    const library = open();
    const first = await library.import(model('a.pth'));
    const again = await library.import(model('b.pth', 'a.pth'));
    expect([again.isNew, again.model.id]).toEqual([false, first.model.id]);
    const other = await library.import(model('a.pth', 'other'));
    expect(other.model.id).toBe('a-2');
    const named = await library.import(model('x.pth', 'third'), { name: 'Tiny x4' });
    expect(named.model.id).toBe('tiny-x4-2');
    expect(first.model.descriptor.licence).toBe('unknown');
  });

  it('leaves nothing behind where it cannot be read', async () => {
    const library = new ModelLibrary({
      folder,
      catalogue: [],
      describe: async () => {
        throw new Error('not a model');
      },
      convert: async () => {
        throw new Error('not reached');
      },
    });
    await expect(library.import(model('a.pth'))).rejects.toThrow('not a model');
    expect(readdirSync(folder)).toEqual(['a.pth']);
  });
});

describe('a catalogue of the user', () => {
  const entry = tinyEntry({ id: 'mine', name: 'Mine' });

  it('adds its models behind those of the program, and never replaces one', () => {
    mkdirSync(path.join(folder, 'catalogues'));
    const text = JSON.stringify({ gesso: 1, models: [entry, tinyEntry({ name: 'Not mine' })] });
    writeFileSync(path.join(folder, 'catalogues', 'mine.json'), text);
    writeFileSync(path.join(folder, 'catalogues', 'broken.json'), '{');
    const listed = open().list();
    expect(listed.map((row) => row.entry.id)).toEqual(['tiny-x4', 'mine']);
    expect(listed[0]?.entry.name).toBe(tinyEntry().name);
  });

  it.each([
    ['{', /not valid JSON/],
    ['{"gesso": 1, "models": [{}]}', /models\.0\./],
    [JSON.stringify({ ...entry, sources: [] }), /needs a source/],
    [JSON.stringify({ ...entry, task: 'polish' }), /task/],
  ])('is refused with the place of the mistake', (text, message) => {
    expect(() => parseCatalogue(text, 'mine.json')).toThrow(message);
    expect(parseCatalogue(JSON.stringify(entry), 'mine.json')).toEqual([entry]);
  });
});
