import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Recent } from './recent.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gesso-recent-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function open() {
  const told: (readonly string[])[] = [];
  const problems: unknown[] = [];
  const recent = new Recent({
    file: path.join(root, 'recent.json'),
    changed: (opened) => told.push(opened),
    onProblem: (problem) => problems.push(problem),
  });
  return { recent, told, problems };
}

function files(count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const file = path.join(root, `${at}.png`);
    writeFileSync(file, '');
    return file;
  });
}

const names = (recent: Recent) => recent.list().map(({ name }) => name);

it('lists what was opened last, each once, the newest first, over a restart', () => {
  const [a, b] = files(2);
  const { recent, told } = open();
  recent.add([a!]);
  recent.add([b!]);
  recent.add([a!, root]);
  expect(told).toEqual([[a], [b], [a, root]]);
  const again = open().recent;
  expect(names(again)).toEqual(['0.png', path.basename(root), '1.png']);
  expect(again.list().map(({ kind }) => kind)).toEqual(['file', 'folder', 'file']);
  expect(again.path(again.list()[1]!.id)).toBe(root);
  expect(() => again.path(recent.list()[1]!.id)).toThrow(/no such/);
});

it('holds twelve, leaves out what is gone, and is cleared', () => {
  const many = files(20);
  const { recent } = open();
  for (const file of many) recent.add([file]);
  expect(names(recent)).toEqual([...many.slice(8)].map((file) => path.basename(file)).toReversed());
  rmSync(many[19]!);
  expect(names(recent)[0]).toBe('18.png');
  recent.clear();
  expect(open().recent.list()).toEqual([]);
});

it('goes on where its file is broken or cannot be written', () => {
  writeFileSync(path.join(root, 'recent.json'), '{"gesso":1,"paths":"none"}');
  mkdirSync(path.join(root, 'recent.json.part'));
  const { recent, problems } = open();
  recent.add(files(1));
  expect(names(recent)).toEqual(['0.png']);
  expect(problems).toHaveLength(1);
});
