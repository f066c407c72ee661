import { expect, it, vi } from 'vitest';

vi.mock('../../app/bridge.ts', () => ({}));
const { textsOf } = await import('./use-suggestions.ts');

it('only what goes on with the text is suggested, each once, and few', () => {
  const found = [
    'a fox in the snow ',
    'a fox in the snow',
    'a fox',
    'the fox',
    'a fox runs',
    'a foxes',
    'a fox!',
  ];
  expect(
    textsOf(
      found.map((what) => ({ what })),
      'a fox',
    ),
  ).toEqual(['a fox in the snow', 'a fox runs', 'a foxes']);
});
