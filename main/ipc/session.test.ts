import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clipOutput, clipSteps } from '../../contract/clip-recipe.ts';
import { generateSettings } from '../../contract/generate-settings.ts';
import { outputRules, recipe } from '../../contract/recipe.ts';
import type { PageSession } from '../../contract/session.ts';
import { Ids } from './ids.ts';
import { keyOf, type Opened, picture } from './opened.ts';
import { Previews } from './previews.ts';
import { Pyramids } from './pyramids.ts';
import { Session } from './session.ts';
import { Sources } from './sources.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gesso-session-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** One run of the program on the same data folder. */
function run() {
  const size = { width: 4, height: 3, previewWidth: 4, previewHeight: 3, display: 'srgb' as const };
  const previews = new Previews(path.join(root, 'previews'), async () => size);
  const pyramids = new Pyramids(path.join(root, 'pyramids'), { decode: async () => {}, cut: async () => {} });
  const sources = new Sources({
    previews,
    pyramids,
    clips: { read: async () => ({}) },
    recipeOf: () => recipe.parse({ gesso: 1, steps: [{ studio: 'restore' }] }),
    listener: { changed: () => {}, removed: () => {}, listed: () => {} },
  });
  const folders = new Ids<string>('folder');
  const problems: unknown[] = [];
  const projects: { file: string | undefined } = { file: undefined };
  const session = new Session({
    file: path.join(root, 'session.json'),
    sources,
    folders,
    projects,
    onProblem: (problem) => problems.push(problem),
  });
  return { sources, folders, projects, session, problems };
}

function page(overrides: Partial<PageSession> = {}): PageSession {
  const settings = {
    family: 'span',
    scale: 4,
    strength: 0.5,
    before: [],
    after: [],
    output: outputRules.parse({}),
  };
  return {
    ...{ panel: 'queue', viewMode: 'lens', gain: 16, settings, sort: 'name', studio: 'restore' },
    masks: {},
    ...overrides,
  } as PageSession;
}

const GENERATE = generateSettings.parse({
  kind: 'diffusion',
  diffusion: {
    ...{ studio: 'generate', kind: 'diffusion', prompt: 'a fox', width: 512, height: 512 },
    ...{ loras: [], embeddings: [] },
  },
  rule: { studio: 'generate', kind: 'rule', rule: 'noise' },
  latent: { studio: 'generate', kind: 'latent', model: 'eyes' },
  isSeedFixed: false,
  count: 1,
  output: {},
});

function pictures(...names: string[]): string[] {
  return names.map((name) => {
    const file = path.join(root, name);
    writeFileSync(file, name);
    return file;
  });
}

it('brings back what was open, under new ids', () => {
  const files = pictures('a.png', 'b.png');
  const target = path.join(root, 'results');
  mkdirSync(target);
  const first = run();
  first.sources.add(files.map(picture));
  const folder = { id: first.folders.of(target), name: 'results' };
  const selected = first.sources.idOf(picture(files[1]!));
  first.session.keep(page({ selected, settings: { ...page().settings, folder } }));
  first.session.close();

  const second = run();
  second.session.restore();
  expect(second.sources.opened().map(({ path: file }) => file)).toEqual(files);
  expect(second.session.page).toMatchObject({ panel: 'queue', viewMode: 'lens', gain: 16 });
  expect(second.session.page!.selected).toBe(second.sources.idOf(picture(files[1]!)));
  expect(second.session.page!.selected).not.toBe(selected);
  const kept = second.session.page!.settings.folder as { id: string };
  expect(second.folders.key(kept.id)).toBe(target);
  expect(readFileSync(path.join(root, 'session.json'), 'utf8')).not.toContain(selected);
});

it('brings back what was painted on each picture, and the project that it belongs to', () => {
  const [hills, wave] = pictures('hills.png', 'wave.png');
  const toPaint = { path: hills!, studio: 'style' as const };
  const mask = 'a'.repeat(64);
  const first = run();
  first.sources.add([picture(wave!), toPaint]);
  first.projects.file = path.join(root, 'one.gesso');
  const masks = {
    [first.sources.idOf(toPaint)]: { first: mask },
    [first.sources.idOf(picture(wave!))]: { restoration: mask },
  };
  first.session.keep(page({ masks }));
  first.session.close();

  const second = run();
  second.session.restore();
  expect(second.session.page!.masks).toEqual({
    [second.sources.idOf(toPaint)]: { first: mask },
    [second.sources.idOf(picture(wave!))]: { restoration: mask },
  });
  expect(second.projects.file).toBe(first.projects.file);
});

it('brings back what the next picture of Generate begins with, and where made ones go', () => {
  const [sea] = pictures('sea.png');
  const begun = { path: sea!, studio: 'generate' as const };
  const target = path.join(root, 'made');
  mkdirSync(target);
  const first = run();
  first.sources.add([begun]);
  const folder = { id: first.folders.of(target), name: 'made' };
  const settings = { ...GENERATE, folder };
  first.session.keep(
    page({ generate: { selected: first.sources.idOf(begun), settings, isTiled: true }, studio: 'generate' }),
  );
  first.session.close();

  const second = run();
  second.session.restore();
  expect(second.sources.opened()).toEqual([begun]);
  const room = second.session.page!.generate!;
  expect(room.selected).toBe(second.sources.idOf(begun));
  expect(second.folders.key(room.settings.folder!.id)).toBe(target);
  expect(room).toMatchObject({ isTiled: true, settings: { diffusion: { prompt: 'a fox' } } });
});

it('tells "beside each source" from no choice', () => {
  for (const folder of ['beside', undefined] as const) {
    const first = run();
    first.session.keep(page({ settings: { ...page().settings, folder } }));
    first.session.close();
    const second = run();
    second.session.restore();
    expect(second.session.page!.settings.folder).toBe(folder);
  }
});

it('opens what an earlier version kept, which knew no order', () => {
  const [file] = pictures('a.png');
  const { sort: _, ...old } = page();
  const text = JSON.stringify({ gesso: 1, sources: [file], page: old });
  writeFileSync(path.join(root, 'session.json'), text);
  const { session } = run();
  session.restore();
  expect(session.page).toMatchObject({ panel: 'queue', sort: 'added' });
});

it('leaves out files and folders that are gone', () => {
  const files = pictures('a.png', 'b.png');
  const first = run();
  first.sources.add(files.map(picture));
  const folder = { id: first.folders.of(path.join(root, 'gone')), name: 'gone' };
  first.session.keep(
    page({ selected: first.sources.idOf(picture(files[0]!)), settings: { ...page().settings, folder } }),
  );
  first.session.close();
  rmSync(files[0]!);

  const { sources, session } = run();
  session.restore();
  expect(sources.opened().map(({ path: file }) => file)).toEqual([files[1]]);
  expect(session.page!.selected).toBeUndefined();
  expect(session.page!.settings.folder).toBeUndefined();
});

it.each(['', '{', '{"gesso":2,"sources":[]}', '{"gesso":1,"sources":[7]}'])(
  'starts empty with a broken file: %s',
  (text) => {
    writeFileSync(path.join(root, 'session.json'), text);
    const { sources, session } = run();
    session.restore();
    expect(sources.opened().map(({ path: file }) => file)).toEqual([]);
    expect(session.page).toBeUndefined();
  },
);

it('refuses a folder that was never chosen', () => {
  const { session, problems } = run();
  const folder = { id: crypto.randomUUID(), name: 'secrets' };
  expect(() => session.keep(page({ settings: { ...page().settings, folder } }))).toThrow(/no such folder/);
  session.close();
  expect(problems).toEqual([]);
});

it('leaves no half-written file, and tells of a disk that takes none', () => {
  const { session, sources, problems } = run();
  sources.add(pictures('a.png').map(picture));
  session.changed();
  session.close();
  expect(readdirSync(root).filter((name) => name.startsWith('session'))).toEqual(['session.json']);
  mkdirSync(path.join(root, 'session.json.part'));
  session.keep(page());
  session.close();
  expect(problems).toHaveLength(1);
  expect(JSON.parse(readFileSync(path.join(root, 'session.json'), 'utf8')).sources).toHaveLength(1);
});

it('brings back clips, pairs and films in pictures with the room they were in', () => {
  const [clip, first, second] = pictures('a.mkv', 'one.png', 'two.png') as [string, string, string];
  const film = path.join(root, 'film');
  mkdirSync(film);
  const opened: Opened[] = [
    { path: clip, studio: 'interpolate' },
    { path: first, second, studio: 'interpolate' },
    { path: film, studio: 'interpolate' },
  ];
  const before = run();
  before.sources.add([picture(first), ...opened]);
  const folder = { id: before.folders.of(root), name: 'results' };
  const marked = { from: '1001/24000', cuts: { added: ['2'], removed: [] } };
  const room = {
    selected: before.sources.idOf(opened[1]!),
    sort: 'name',
    mode: 'split',
    settings: {
      step: clipSteps.parse({ studio: 'interpolate', fps: '60' }),
      output: clipOutput.parse({}),
      folder,
    },
    parts: { [before.sources.idOf(opened[0]!)]: marked },
  } as const;
  before.session.keep(page({ studio: 'interpolate', clip: room }));
  before.session.close();
  const after = run();
  after.session.restore();
  expect(after.sources.opened().map(keyOf)).toEqual([picture(first), ...opened].map(keyOf));
  const found = after.session.page!;
  expect(found.studio).toBe('interpolate');
  expect(found.clip?.selected).toBe(after.sources.idOf(opened[1]!));
  expect(found.clip?.settings).toEqual({
    ...room.settings,
    folder: { id: after.folders.of(root), name: path.basename(root) },
  });

  expect(found.clip?.parts).toEqual({ [after.sources.idOf(opened[0]!)]: marked });

  // Of a pair both have to be there.
  rmSync(second);
  const later = run();
  later.session.restore();
  expect(later.sources.opened().map(keyOf)).toEqual([picture(first), opened[0]!, opened[2]!].map(keyOf));
  expect(later.session.page!.clip?.selected).toBeUndefined();
});
