import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type MakePreview, Previews } from './previews.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'gesso-previews-'));
afterAll(() => rmSync(root, { recursive: true }));

const size = { width: 40, height: 30, previewWidth: 40, previewHeight: 30, display: 'srgb' as const };

it('makes one at a time, those for the canvas first, and each only once', async () => {
  const order: string[] = [];
  let running = 0;
  const make: MakePreview = async (file, target) => {
    expect(++running).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    order.push(file);
    writeFileSync(target, file);
    running--;
    return size;
  };
  const previews = new Previews(path.join(root, 'order'), make);
  const wanted = [
    previews.get('thumb', 'a', '1'),
    previews.get('thumb', 'b', '1'),
    previews.get('view', 'c', '1'),
    previews.get('thumb', 'b', '1'),
  ];
  const [a, , c] = await Promise.all(wanted);
  expect(order).toEqual(['a', 'c', 'b']);
  const id = a!.url.split('/').at(-1)!;
  expect(existsSync(previews.fileOf('thumb', id)!)).toBe(true);
  expect(previews.fileOf('view', id)).toBeUndefined();
  expect(previews.fileOf('thumb', c!.url.split('/').at(-1)!)).toBeUndefined();
});

it('tries a file again that could not be read', async () => {
  let tries = 0;
  const previews = new Previews(path.join(root, 'again'), async () => {
    if (++tries === 1) throw new Error('busy');
    return size;
  });
  await expect(previews.get('view', 'a', '1')).rejects.toThrow('busy');
  expect(await previews.get('view', 'a', '1')).toMatchObject({ width: 40 });
});

it('keeps the views looked at last', async () => {
  const previews = new Previews(path.join(root, 'kept'), async (file, target) => {
    writeFileSync(target, file);
    return size;
  });
  const first = await previews.get('view', 'first', '1');
  const file = previews.fileOf('view', first.url.split('/').at(-1)!)!;
  for (let i = 0; i < 15; i++) await previews.get('view', `v${i}`, '1');
  expect(existsSync(file)).toBe(true);
  await previews.get('view', 'one more', '1');
  await expect.poll(() => existsSync(file)).toBe(false);
  expect((await previews.get('view', 'first', '1')).url).not.toBe(first.url);
});
