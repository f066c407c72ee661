import { expect, it } from 'vitest';
import { settingsPatch } from './settings.ts';

it('a change says nothing of what it does not name', () => {
  for (const patch of [
    {},
    { memoryLimit: 4 },
    { device: 'cpu' },
    { results: null },
    { shortcuts: {} },
  ] as const)
    expect(settingsPatch.parse(patch)).toEqual(patch);
});
