import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RestoreStep } from '../../../contract/recipe.ts';
import type { ModelView } from '../../../contract/views.ts';
import { DEFAULT_SETTINGS } from '../../app/store.ts';
import { defaultFamily, installedFamily } from './choose.ts';
import {
  type Chain,
  chainOf,
  scaleOfSteps,
  stepsOf,
  withAdded,
  withChain,
  withMoved,
  withRemoved,
} from './steps.ts';

function model(id: string, overrides: Partial<ModelView> = {}): ModelView {
  const words = { goodFor: '', authors: '', licence: 'MIT' };
  const facts = { character: 'faithful', installed: true, bundled: false, bytes: 1 } as const;
  return { id, name: id, task: 'upscale', scale: 2, family: id, ...words, ...facts, ...overrides };
}

const models = [
  model('span'),
  model('clean', { task: 'denoise', scale: 1 }),
  model('sharp', { task: 'deblur', scale: 1 }),
];

const step: fc.Arbitrary<RestoreStep> = fc
  .record({
    model: fc.constantFrom('span', 'clean', 'sharp'),
    strength: fc.constantFrom(0, 0.5, 1),
  })
  .map(({ model: id, strength }) => {
    const { task, scale } = models.find((each) => each.id === id)!;
    return { studio: 'restore', task: task as 'denoise', model: id, scale, strength };
  });
const chain: fc.Arbitrary<Chain> = fc
  .array(step, { minLength: 1, maxLength: 8 })
  .chain((steps) => fc.record({ steps: fc.constant(steps), at: fc.nat({ max: steps.length - 1 }) }));
const chainAndPlaces = chain.chain((made) => {
  const place = fc.nat({ max: made.steps.length - 1 });
  return fc.tuple(fc.constant(made), place, place);
});

describe('the steps of a chain', () => {
  it('are the settings again, whichever is shown', () => {
    fc.assert(
      fc.property(chain, (made) => {
        expect(chainOf(withChain(made, DEFAULT_SETTINGS, models), models)).toEqual(made);
      }),
    );
  });

  it('are moved there and back, and the same one is shown all the while', () => {
    fc.assert(
      fc.property(chainAndPlaces, ([made, from, to]) => {
        const there = withMoved(made, from, to);
        expect(there.steps[there.at]).toEqual(made.steps[made.at]);
        expect(withMoved(there, to, from)).toEqual(made);
      }),
    );
  });

  it('are the same after one was added and removed; the last one stays', () => {
    fc.assert(
      fc.property(chain, step, (made, another) => {
        const added = withAdded(made, another);
        expect(added.steps[added.at]).toBe(another);
        expect(withRemoved(added, added.at).steps).toEqual(made.steps);
      }),
    );
    const one: Chain = { steps: [fc.sample(step, 1)[0]!], at: 0 };
    expect(withRemoved(one, 0)).toEqual(one);
  });

  it('enlarge by the product of their scales, whatever their order', () => {
    fc.assert(
      fc.property(chainAndPlaces, ([made, from, to]) => {
        const enlarging = made.steps.filter(({ model: id }) => id === 'span').length;
        expect(scaleOfSteps(withMoved(made, from, to).steps, models)).toBe(2 ** enlarging);
      }),
    );
  });

  it('cannot run while a model of them is missing', () => {
    const settings = {
      ...DEFAULT_SETTINGS,
      after: [{ studio: 'restore', task: 'denoise', model: 'clean', strength: 1 }] as RestoreStep[],
    };
    expect(stepsOf(settings, models)).toHaveLength(2);
    expect(stepsOf(settings, [models[0]!, { ...models[1]!, installed: false }])).toBeUndefined();
  });
});

describe('the family that a task begins with', () => {
  const first = model('first', { task: 'denoise', installed: false });
  const own = model('own', { task: 'denoise', licence: 'unknown', importedFrom: 'own.pth' });

  it('is the first of the catalogue, or what is installed', () => {
    expect(defaultFamily([first, model('second', { task: 'denoise', installed: false })], 'denoise')).toBe(
      'first',
    );
    expect(defaultFamily([first, own], 'denoise')).toBe('own');
    expect(defaultFamily([{ ...first, installed: true }, own], 'denoise')).toBe('first');
    expect(installedFamily([first, own], 'denoise')).toBe('own');
    expect(installedFamily([first], 'denoise')).toBeUndefined();
  });

  it('is that of the default, where it is there', () => {
    const usual = model('maxim-denoise', { task: 'denoise', installed: false });
    expect(defaultFamily([first, usual], 'denoise')).toBe('maxim-denoise');
    expect(installedFamily([{ ...first, installed: true }, usual], 'denoise')).toBe('first');
  });

  it('is never one whose licence nobody knows, unless it is here', () => {
    expect(defaultFamily([{ ...own, installed: false }], 'denoise')).toBeUndefined();
  });
});
