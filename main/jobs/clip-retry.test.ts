import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clipRecipe } from '../../contract/clip-recipe.ts';
import type { ModelDescriptor } from '../../contract/descriptor.ts';
import { GessoError } from '../../contract/errors.ts';
import { runOptions } from '../../contract/recipe.ts';
import { DEFAULT_INTERPOLATION } from '../../contract/tasks.ts';
import type { EngineHost } from '../engine/host/host.ts';
import type { Event, Params } from '../engine/protocol/methods.ts';
import { LearntLibrary } from './learnt-library.ts';
import { Runner } from './runner.ts';
import { JobStore } from './store.ts';

let folder: string;
let store: JobStore;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-retry-'));
  store = new JobStore(path.join(folder, 'queue.sqlite'));
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

type ClipEvent = Event<'interpolate.clip'>;

/** Runs a clip with engines that each tell of themselves and die. @returns the flow scales that they were allowed */
async function asked(tell: (flowScale: 1 | 0.5 | 0.25, attempt: number) => ClipEvent[]) {
  const scales: (number | undefined)[] = [];
  const call = async (
    method: string,
    params: Params<'interpolate.clip'>,
    { onEvent }: { onEvent?: (event: ClipEvent) => void } = {},
  ) => {
    if (method === 'interpolate.plan') return { container: 'mp4', fps: '50', notes: [] };
    for (const event of tell(params.flowScale ?? 1, scales.length)) onEvent?.(event);
    scales.push(params.flowScale);
    throw new GessoError('engine/crashed', 'The engine stopped unexpectedly.', 'Close other programs.');
  };
  const descriptor = { id: DEFAULT_INTERPOLATION, task: 'interpolate' } as ModelDescriptor;
  const runner = new Runner({
    ...{
      store,
      host: { call } as unknown as EngineHost,
      bundles: { get: () => undefined, cache: '' },
      learnt: new LearntLibrary(folder, () => false),
      owner: 'host 1 me',
      software: 'Gesso',
    },
    models: () => [{ file: 'rife.onnx', descriptor }],
    ...{ work: path.join(folder, 'work'), parts: path.join(folder, 'parts') },
  });
  const recipe = clipRecipe.parse({ gesso: 1, steps: [{ studio: 'interpolate' }] });
  store.append(recipe, runOptions.parse({}), [{ input: path.join(folder, 'clip.mp4'), folder }]);
  await runner.run({});
  return scales;
}

it('an engine that dies of a clip gets it again with motion found at a smaller scale, until there is none', async () => {
  expect(await asked((flowScale) => [{ flowScale }])).toEqual([undefined, 0.5, 0.25]);
  expect(store.item(1)).toMatchObject({ status: 'failed', error: { code: 'engine/crashed' } });
});

it('the next is smaller than the one that the engine took by itself', async () => {
  expect(await asked((_, attempt) => [{ flowScale: attempt === 0 ? 0.5 : 0.25 }])).toEqual([undefined, 0.25]);
});

it('one that dies before the work begins gets one more try, at the same scale', async () => {
  expect(await asked(() => [])).toEqual([undefined, undefined]);
});

it('one that got on with a segment goes on as it was', async () => {
  const scales = await asked((flowScale, attempt) => {
    const segment = { number: attempt, path: 'segment.mkv', sha256: 'a'.repeat(64), frames: 25 };
    return [{ flowScale }, ...(attempt < 2 ? [{ segment }] : [])];
  });
  expect(scales).toEqual([undefined, undefined, undefined, 0.5, 0.25]);
});

it('the wish to try again begins at the whole', async () => {
  await asked((flowScale) => [{ flowScale }]);
  store.retry(1);
  expect(store.item(1).flowLimit).toBeUndefined();
});
