import { expect, it } from 'vitest';
import { FIRST_LEARN } from '../../app/learn-state.ts';
import { lengthOf, type WhyNotLearnInput, whyNotLearn } from './reasons.ts';

const toLearn = { id: '0d9b6a3e-5a6b-4e0c-9a55-0c1f6e0f7a11', name: 'animals', others: 0 };

function asked(patch: Partial<WhyNotLearnInput> = {}): WhyNotLearnInput {
  return { learn: FIRST_LEARN.learn, toLearn, toLearnCount: { files: 40 }, ...patch };
}

it('nothing stands against enough pictures', () => {
  expect(whyNotLearn(asked())).toEqual([]);
});

it('without anything to learn from, it says what to choose', () => {
  expect(whyNotLearn(asked({ toLearn: undefined, toLearnCount: undefined }))).toEqual([
    'Choose pictures, or a folder of them, to learn from.',
  ]);
  const learn = { ...FIRST_LEARN.learn, kind: 'words' as const };
  expect(whyNotLearn(asked({ learn, toLearn: undefined }))).toEqual([
    'Choose a text, or a folder of texts or of titled pictures, to learn from.',
  ]);
});

it('too few pictures are counted', () => {
  expect(whyNotLearn(asked({ toLearnCount: { files: 1 } }))).toEqual([
    'There is 1 picture; at least 16 are needed.',
  ]);
});

it('what main says of an empty folder is said', () => {
  const problem = { code: 'input/unsupported' as const, message: 'There is nothing in it.', hint: 'Choose.' };
  expect(whyNotLearn(asked({ toLearnCount: { files: 0, problem } }))).toEqual(['There is nothing in it.']);
});

it('half-typed numbers are named', () => {
  const learn = { ...FIRST_LEARN.learn, lengthBy: 'steps' as const, steps: Number.NaN, seed: -1 };
  expect(whyNotLearn(asked({ learn }))).toEqual([
    'Say how many steps, from 1 to 1000000.',
    'A seed is a whole number from 0 to 4294967295.',
  ]);
});

it('each kind has a time that is usual for it', () => {
  expect(lengthOf(FIRST_LEARN.learn)).toEqual({ minutes: 10 });
  expect(lengthOf({ ...FIRST_LEARN.learn, kind: 'gan', minutes: 3 })).toEqual({ minutes: 3 });
  expect(lengthOf({ ...FIRST_LEARN.learn, lengthBy: 'steps' })).toEqual({ steps: 4000 });
});
