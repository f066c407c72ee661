import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CrashReports, reportText } from './crash-report.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gesso-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const facts = {
  what: 'The page died: crashed.',
  version: '0.1.0',
  versions: { electron: '45.0.0', none: undefined },
  pictures: [],
};

it('says what died, where, and what the logs said last', () => {
  const log = Array.from({ length: 500 }, (_, i) => `line ${i}`).join('\n');
  const text = reportText(facts, { 'window.log': log }, new Date(0));
  expect(text).toContain('Gesso 0.1.0, 1970-01-01');
  expect(text).toContain('The page died: crashed.');
  expect(text).toContain('electron 45.0.0');
  expect(text).not.toContain('none');
  expect(text).toContain('line 499');
  expect(text).toContain('line 300');
  expect(text).not.toContain('line 299\n');
});

it('names no picture of the user’s and not where they live', () => {
  const pictures = [
    path.join(os.homedir(), 'wedding/anna (1).jpg'),
    path.join(os.homedir(), 'wedding/anna (1).jpg.png'),
    '/mnt/card/IMG_0042.JPG',
  ];
  const log = [
    `Couldn't read ${pictures[0]}: the file ends early.`,
    `Couldn't read anna (1).jpg.png: the file ends early.`,
    `IMG_0042.JPG: out of memory (${pictures[2]})`,
    `at ${os.homedir()}/.local/gesso/engine.js:12`,
  ].join('\n');
  const text = reportText({ ...facts, pictures }, { 'engine.log': log });
  for (const secret of ['anna', 'wedding', 'IMG_0042', '/mnt/card', os.homedir()])
    expect(text).not.toContain(secret);
  expect(text).toContain("Couldn't read <picture 1>: the file ends early.");
  expect(text).toContain("Couldn't read <picture 2>: the file ends early.");
  expect(text).toContain('<picture 3>: out of memory (<picture 3>)');
  expect(text).toContain('at <home>/.local/gesso/engine.js:12');
});

it('keeps the last few, and offers the newest once', async () => {
  const reports = new CrashReports(folder);
  expect(reports.unread()).toBeUndefined();
  for (let i = 0; i < 14; i++)
    writeFileSync(path.join(folder, `crash-2020-01-01T00-00-${10 + i}.txt`), `old ${i}`);
  expect(reports.unread()).toBe('old 13');
  reports.keep({ ...facts, what: 'The newest.' });
  expect(readdirSync(folder).filter((name) => name.startsWith('crash-'))).toHaveLength(10);
  expect(reports.unread()).toContain('The newest.');
  reports.markRead();
  expect(reports.unread()).toBeUndefined();
  expect(new CrashReports(folder).unread()).toBeUndefined();
});

it('fails nobody where it cannot write', () => {
  writeFileSync(path.join(folder, 'file'), '');
  const reports = new CrashReports(path.join(folder, 'file'));
  expect(() => reports.keep(facts)).not.toThrow();
  expect(reports.unread()).toBeUndefined();
});
