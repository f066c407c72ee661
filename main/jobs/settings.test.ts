import {
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
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Settings } from './settings.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gesso-settings-'));
  file = path.join(folder, 'settings.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const DEFAULTS = { gesso: 1, device: 'auto', memoryLimit: 'auto', shortcuts: {} };

it('begins with what needs no decision, and writes nothing by itself', () => {
  expect(new Settings(file).values).toEqual(DEFAULTS);
  expect(existsSync(file)).toBe(false);
});

it('keeps what was changed, whole, and says so to who listens', () => {
  const settings = new Settings(file);
  const heard: unknown[] = [];
  settings.onChange((now, before) => heard.push([before.device, now.device]));
  settings.change({ device: 'cpu', memoryLimit: 4, shortcuts: { 'view.fit': 'J', 'view.fill': null } });
  expect(heard).toEqual([['auto', 'cpu']]);
  expect(new Settings(file).values).toEqual({
    ...DEFAULTS,
    device: 'cpu',
    memoryLimit: 4,
    shortcuts: { 'view.fit': 'J', 'view.fill': null },
  });
  expect(readdirSync(folder)).toEqual(['settings.json']);
  settings.change({ results: folder });
  settings.change({ results: undefined });
  expect(JSON.parse(readFileSync(file, 'utf8'))).not.toHaveProperty('results');
});

it('takes a broken file for none, and of a broken field only that field', () => {
  writeFileSync(file, '{ "device": "cpu"');
  expect(new Settings(file).values).toEqual(DEFAULTS);
  writeFileSync(file, '[]');
  expect(new Settings(file).values).toEqual(DEFAULTS);
  const shortcuts = { 'view.fit': 'J', 'view.gone': 'K', 'view.fill': 7 };
  writeFileSync(
    file,
    JSON.stringify({ device: 'toaster', memoryLimit: 8, results: 3, shortcuts, comparison: {} }),
  );
  expect(new Settings(file).values).toEqual({ ...DEFAULTS, memoryLimit: 8, shortcuts: { 'view.fit': 'J' } });
});

it('keeps what another instance settled meanwhile', () => {
  const [one, other] = [new Settings(file), new Settings(file)];
  other.change({ memoryLimit: 2 });
  one.change({ device: 'cpu' });
  expect(new Settings(file).values).toMatchObject({ device: 'cpu', memoryLimit: 2 });
});

it('changes nothing where it cannot write, and says why', () => {
  const settings = new Settings(file);
  // A folder in the file's place: a write that fails for everybody, root too.
  mkdirSync(`${file}.part`);
  expect(() => settings.change({ device: 'cpu' })).toThrow(
    expect.objectContaining({ code: 'output/denied' }),
  );
  expect(settings.values.device).toBe('auto');
});
