import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

// A rule that reads nothing passes everything: with a TypeScript that dependency-cruiser does not know it saw 0 modules
// and was content. So every rule is shown an import that it must refuse.

const root = path.resolve(import.meta.dirname, '..');
const PACKAGES = ['electron', 'onnxruntime-node', 'sharp', 'libsql', 'react', 'konva', 'zod', 'pino'];

/** A file, what it imports, and the rule that must refuse that; null for what is allowed. */
const PLANTED: [from: string, to: string, rule: string | null][] = [
  ['contract/z.ts', 'zod', null],
  ['contract/a.ts', '../models/plain.ts', 'contract-alone'],
  ['contract/b.ts', 'pino', 'contract-only-zod'],
  ['contract/c.ts', 'node:fs', 'no-node-in-page'],
  ['models/a.ts', '../main/jobs/plain.ts', 'models-room'],
  ['models/b.ts', 'onnxruntime-node', 'onnxruntime-in-inference'],
  ['models/c.ts', 'node:fs', null],
  ['main/engine/a.ts', '../jobs/plain.ts', 'engine-room'],
  ['main/engine/b.ts', '../../models/plain.ts', null],
  ['main/engine/c.ts', 'electron', 'electron-in-app-and-preload'],
  ['main/engine/media/a.ts', 'sharp', null],
  ['main/engine/inference/a.ts', 'sharp', 'media-libraries-in-media'],
  ['main/engine/studios/restore/a.ts', '../style/plain.ts', 'studios-apart-in-engine'],
  ['main/jobs/a.ts', '../engine/media/plain.ts', 'jobs-room'],
  ['main/jobs/b.ts', '../engine/host.ts', null],
  ['main/jobs/c.ts', '../../models/formats/plain.ts', 'jobs-room'],
  ['main/ipc/a.ts', '../engine/inference/plain.ts', 'ipc-room'],
  ['main/ipc/b.ts', 'libsql', 'sql-in-jobs'],
  ['main/cli/a.ts', '../engine/studios/style/plain.ts', 'cli-room'],
  ['main/cli/b.ts', '../app/plain.ts', 'cli-room'],
  ['main/app/a.ts', '../cli/plain.ts', 'app-room'],
  ['main/app/b.ts', 'electron', null],
  ['preload/a.ts', '../main/ipc/plain.ts', 'preload-room'],
  ['renderer/app/a.tsx', '../../main/ipc/plain.ts', 'renderer-room'],
  ['renderer/app/b.tsx', 'electron', 'electron-in-app-and-preload'],
  ['renderer/app/c.tsx', 'node:path', 'no-node-in-page'],
  ['renderer/app/d.tsx', 'konva', 'konva-in-canvas'],
  ['renderer/canvas/a.ts', 'react', 'no-react-in-canvas'],
  ['renderer/canvas/b.ts', 'konva', null],
  ['renderer/studios/restore/a.tsx', '../style/plain.ts', 'studios-apart-in-renderer'],
  ['models/d.ts', './plain.test.ts', 'sources-never-import-tests'],
  ['models/e.ts', './nowhere.ts', 'no-unresolvable'],
  ['models/ring-b.ts', './ring.ts', 'no-cycles'],
];

interface Violation {
  from: string;
  rule: { name: string };
}

let found: Violation[] = [];
const folder = mkdtempSync(path.join(os.tmpdir(), 'gesso-rules-'));

beforeAll(() => {
  for (const name of PACKAGES) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, 'module.exports = {};\n');
  }
  // The other half of a ring: a cycle is reported at one of its files only.
  write('models/ring.ts', "export * from './ring-b.ts';\n");
  const dependencies = Object.fromEntries(PACKAGES.map((name) => [name, '1.0.0']));
  write('package.json', JSON.stringify({ name: 'planted', type: 'module', dependencies }));
  for (const [from, to] of PLANTED) {
    // A type-only import counts too: it draws the same line between rooms.
    write(from, `import type * as thing from '${to}';\nexport type T = typeof thing;\n`);
    const target = path.posix.join(path.posix.dirname(from), to);
    if (to.startsWith('.') && !to.includes('nowhere') && !to.includes('ring'))
      write(target, 'export const x = 1;\n');
  }
  found = cruise(folder).violations;
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(PLANTED)('%s importing %s is answered by: %s', (from, _to, rule) => {
  const rules = found.filter((one) => one.from === from).map((one) => one.rule.name);
  if (rule === null) expect(rules).toEqual([]);
  else expect(rules).toContain(rule);
});

test('every rule has an import here that it refuses', async () => {
  const config = (await import('../.dependency-cruiser.cjs')) as {
    default: { forbidden: { name: string }[] };
  };
  const planted = new Set(PLANTED.map(([, , rule]) => rule));
  expect(config.default.forbidden.map((one) => one.name).filter((name) => !planted.has(name))).toEqual([]);
});

function write(file: string, text: string): void {
  const place = path.join(folder, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, text);
}

function cruise(cwd: string): { violations: Violation[] } {
  const program = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = ['--config', path.join(root, '.dependency-cruiser.cjs'), '--output-type', 'json'];
  const rooms = ['contract', 'models', 'main', 'preload', 'renderer'];
  const done = spawnSync(process.execPath, [program, ...args, ...rooms], { cwd, encoding: 'utf8' });
  return (JSON.parse(done.stdout) as { summary: { violations: Violation[] } }).summary;
}
