import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LearnRecipe } from '../../contract/learn-step.ts';
import { Ids } from './ids.ts';
import { learnHandlers } from './learn-handlers.ts';
import type { Studio } from './studio.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-learn-'));
  for (const name of ['scan.png', 'dust.png']) writeFileSync(path.join(folder, name), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The room's handlers over a queue that only remembers. */
function room() {
  const queued: LearnRecipe[] = [];
  const choices = new Ids<string>('choice');
  const studio = {
    options: {
      workshop: {
        settings: { values: { device: 'cpu' } },
        store: { append: (recipe: LearnRecipe) => ({ id: queued.push(recipe) }) },
      },
      desktop: {},
    },
    learn: {
      chosen: (paths: readonly string[]) => ({ id: choices.of(JSON.stringify(paths)) }),
      pathsOf: (id: string) => JSON.parse(choices.key(id)),
    },
    sources: { jobId: String },
    data: { refuseWhileMoving() {} },
    queued() {},
  };
  return { queued, handlers: learnHandlers(studio as unknown as Studio) };
}

it('what is asked for in the window is the step’s, as the command line’s is', async () => {
  const { queued, handlers } = room();
  const never = new AbortController().signal;
  const [scan, dust] = [path.join(folder, 'scan.png'), path.join(folder, 'dust.png')];
  const source = await handlers['learn.take']({ paths: [scan] }, never);
  const mask = await handlers['learn.takeMask']({ paths: [dust] }, never);
  const asked = { kind: 'denoise' as const, source: source.id, seed: 0, earlyStop: true };
  await handlers['learn.start']({ ...asked, mask: mask.id }, never);
  await handlers['learn.start'](asked, never);
  expect(queued.map(({ steps }) => steps[0].mask)).toEqual([dust, undefined]);
  await handlers['learn.start']({ ...asked, earlyStop: false }, never);
  expect(queued.map(({ steps }) => steps[0].earlyStop)).toEqual([true, true, false]);
  expect(() => handlers['learn.takeMask']({ paths: ['dust.png'] }, never)).toThrow(/absolute/);
  // It may be gone by the time that it is needed.
  rmSync(dust);
  await expect(handlers['learn.start']({ ...asked, mask: mask.id }, never)).rejects.toThrow(/dust\.png/);
});
