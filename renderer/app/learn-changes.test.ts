import { expect, it, vi } from 'vitest';
import type { LearntView, TrainingView } from '../../contract/learn-views.ts';

vi.mock('./bridge.ts', () => ({}));
const { followed, openTrainings } = await import('./learn-changes.ts');

function training(patch: Partial<TrainingView> = {}): TrainingView {
  return {
    ...{ id: 'one', kind: 'vae', name: 'spots', from: ['spots'], status: 'running', done: 0, total: 1 },
    ...patch,
  };
}

const thing = { id: 'spots' } as LearntView;

it('what is learnt stands on the list by itself; pictures that were cleaned stay there', () => {
  const all = [
    training({ id: 'running' }),
    training({ id: 'stopped', status: 'stopped' }),
    training({ id: 'done', status: 'done', learnt: 'spots' }),
    training({ id: 'cleaned', status: 'done', kind: 'denoise' }),
  ];
  expect(openTrainings(all).map(({ id }) => id)).toEqual(['running', 'stopped', 'cleaned']);
});

it('a training that is shown goes on as what it became', () => {
  const shown = { of: 'training', id: 'one' } as const;
  expect(followed(shown, [training()], [])).toBe(shown);
  const done = training({ status: 'done', learnt: 'spots' });
  // The library is told apart from the queue: in between it stays.
  expect(followed(shown, [done], [])).toBe(shown);
  expect(followed(shown, [done], [thing])).toEqual({ of: 'learnt', id: 'spots' });
});

it('what is gone is shown no more', () => {
  expect(followed({ of: 'training', id: 'one' }, [], [])).toEqual({ of: 'new' });
  expect(followed({ of: 'learnt', id: 'spots' }, [], [])).toEqual({ of: 'new' });
  expect(followed({ of: 'learnt', id: 'spots' }, [], [thing])).toEqual({ of: 'learnt', id: 'spots' });
});
