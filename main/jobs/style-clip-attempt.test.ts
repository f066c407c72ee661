import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ModelDescriptor } from '../../contract/descriptor.ts';
import { GessoError } from '../../contract/errors.ts';
import { runOptions } from '../../contract/recipe.ts';
import { styleRecipe } from '../../contract/style-recipe.ts';
import { BUILT_IN_PAINTER, DEFAULT_INTERPOLATION } from '../../contract/tasks.ts';
import type { EngineHost } from '../engine/host/host.ts';
import type { Event, Params } from '../engine/protocol/methods.ts';
import { LearntLibrary } from './learnt-library.ts';
import { Runner } from './runner.ts';
import { JobStore } from './store.ts';

let folder: string;
let store: JobStore;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-style-clip-'));
  store = new JobStore(path.join(folder, 'queue.sqlite'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const MODELS = [BUILT_IN_PAINTER, DEFAULT_INTERPOLATION].map((id) => ({
  file: `${id}.onnx`,
  descriptor: { id, task: id === DEFAULT_INTERPOLATION ? 'interpolate' : 'style' } as ModelDescriptor,
}));

/** Paints inputs with engines that each tell of themselves and die. @returns what they were asked */
async function asked(
  inputs: readonly string[],
  {
    tell = () => [],
    steady = 0.5,
    models = MODELS,
  }: {
    tell?: (attempt: number) => Event<'style.clip'>[];
    steady?: number;
    models?: typeof MODELS;
  } = {},
) {
  const calls: { method: string; params: Params<'style.clip'> }[] = [];
  const call = async (
    method: string,
    params: Params<'style.clip'>,
    { onEvent }: { onEvent?: (event: Event<'style.clip'>) => void } = {},
  ) => {
    if (method === 'style.planClip') return { container: 'mp4', notes: [] };
    if (method === 'picture.probe') return { format: 'png' };
    calls.push({ method, params });
    for (const event of tell(calls.length - 1)) onEvent?.(event);
    throw new GessoError('engine/crashed', 'The engine stopped unexpectedly.', 'Close other programs.');
  };
  const runner = new Runner({
    ...{
      store,
      host: { call } as unknown as EngineHost,
      bundles: { get: () => undefined, cache: '' },
      learnt: new LearntLibrary(folder, () => false),
      owner: 'host 1 me',
      software: 'Gesso',
    },
    models: () => models,
    ...{ work: path.join(folder, 'work'), parts: path.join(folder, 'parts') },
  });
  const recipe = styleRecipe.parse({
    gesso: 1,
    steps: [{ studio: 'style', styles: [{ from: { builtIn: 3 } }] }],
    clips: { steady },
  });
  store.append(
    recipe,
    runOptions.parse({}),
    inputs.map((name) => ({ input: path.join(folder, name), folder })),
  );
  await runner.run({});
  return calls;
}

it('pictures and clips of one job each go their way, by their names; a GIF is a picture', async () => {
  const calls = await asked(['a.png', 'b.mp4', 'c.gif', 'd.MKV']);
  const methods = new Map(calls.map(({ method, params }) => [path.basename(params.input), method]));
  expect([...methods]).toEqual([
    ['a.png', 'style.picture'],
    ['b.mp4', 'style.clip'],
    ['c.gif', 'style.picture'],
    ['d.MKV', 'style.clip'],
  ]);
});

it('only a clip that is to be steady needs what tells motion, and says so where it is not there', async () => {
  expect((await asked(['a.mp4']))[0]?.params.motion?.descriptor.id).toBe(DEFAULT_INTERPOLATION);
  const lean = MODELS.slice(0, 1);
  expect((await asked(['b.mp4'], { steady: 0, models: lean }))[0]?.params.motion).toBeUndefined();
  expect(await asked(['c.mp4'], { models: lean })).toEqual([]);
  expect(store.item(3)).toMatchObject({
    error: { code: 'model/missing', message: expect.stringContaining(DEFAULT_INTERPOLATION) },
  });
});

it('one that dies before a segment is done gets one more try, or smaller tiles where it had any', async () => {
  expect(await asked(['a.mp4'])).toHaveLength(2);
  const calls = await asked(['b.mp4'], { tell: (attempt) => [{ tile: attempt === 0 ? 512 : 128 }] });
  expect(calls.map(({ params }) => params.tile)).toEqual(['auto', 384]);
});

it('one that got on with a segment goes on behind it', async () => {
  const calls = await asked(['a.mp4'], {
    tell: (attempt) =>
      attempt < 2
        ? [{ segment: { number: attempt, path: 'segment.mkv', sha256: 'a'.repeat(64), frames: 25 } }]
        : [],
  });
  expect(calls.map(({ params }) => params.finished.length)).toEqual([0, 1, 2]);
});
