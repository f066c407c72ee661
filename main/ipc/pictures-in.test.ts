import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { picturesIn } from './pictures-in.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'gesso-pictures-'));
afterAll(() => rmSync(root, { recursive: true }));

it('takes named files as they are and finds the pictures in folders, each once', async () => {
  mkdirSync(path.join(root, 'inner/.hidden'), { recursive: true });
  for (const name of ['b.PNG', 'a.jpg', 'notes.txt', '.dot.png', 'inner/c.webp', 'inner/.hidden/d.png'])
    writeFileSync(path.join(root, name), '');
  const at = (name: string) => path.join(root, name);
  expect(await picturesIn([at('notes.txt'), root, at('a.jpg'), at('missing.png')])).toEqual([
    at('notes.txt'),
    at('a.jpg'),
    at('b.PNG'),
    at('inner/c.webp'),
    at('missing.png'),
  ]);
});
