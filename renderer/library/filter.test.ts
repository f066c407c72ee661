import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_TASKS } from '../../contract/tasks.ts';
import type { ModelView } from '../../contract/views.ts';
import { families } from '../studios/restore/choose.ts';
import { countsOf, groupsOf, type LibraryFilter, NO_FILTER } from './filter.ts';

function model(name: string, overrides: Partial<ModelView> = {}): ModelView {
  const id = name.toLowerCase().replaceAll(' ', '-');
  return {
    id,
    name,
    task: 'upscale',
    scale: 2,
    family: id,
    character: 'faithful',
    goodFor: 'Clean photographs.',
    authors: 'José Álvarez',
    licence: 'MIT',
    installed: false,
    bundled: false,
    bytes: 1,
    ...overrides,
  };
}

const models = [
  model('SPAN x2', { family: 'span', installed: true }),
  model('SPAN x4', { family: 'span', scale: 4 }),
  model('Anime', { goodFor: 'Drawings.', licence: 'CC-BY-NC-SA-4.0' }),
  model('RIFE', { task: 'interpolate', scale: 1 }),
  model('Rain', { task: 'derain', scale: 1, importedFrom: 'rain_net.pth', installed: true }),
];
const found = (filter: Partial<LibraryFilter>) =>
  groupsOf(models, { ...NO_FILTER, ...filter }).map(({ task, families: all }) => [
    task,
    ...all.map(({ name }) => name),
  ]);

describe('the library', () => {
  it('shows families under their tasks, and what is not of Restore last', () => {
    expect(found({})).toEqual([
      ['upscale', 'SPAN', 'Anime'],
      ['derain', 'Rain'],
      ['interpolate', 'RIFE'],
    ]);
  });

  it('finds by any words of a card, whatever their case, accents and signs', () => {
    expect(found({ words: 'span ×4' })).toEqual([['upscale', 'SPAN']]);
    expect(found({ words: 'jose ALVAREZ drawings' })).toEqual([['upscale', 'Anime']]);
    expect(found({ words: 'cc-by-nc' })).toEqual([['upscale', 'Anime']]);
    expect(found({ words: 'rain_net' })).toEqual([['derain', 'Rain']]);
    expect(found({ words: 'nothing of the kind' })).toEqual([]);
  });

  it('narrows to a task, and to what is installed', () => {
    expect(found({ task: 'derain' })).toEqual([['derain', 'Rain']]);
    expect(found({ installedOnly: true })).toEqual([
      ['upscale', 'SPAN'],
      ['derain', 'Rain'],
    ]);
    expect(countsOf(models)).toMatchObject({ all: 4, upscale: 2, derain: 1, interpolate: 1, deblur: 0 });
  });

  it('never shows a family twice, and loses none without a filter', () => {
    const any = fc.array(
      fc.record({
        name: fc.constantFrom('A x2', 'B x4', 'C'),
        task: fc.constantFrom(...MODEL_TASKS),
        family: fc.constantFrom('a', 'b', 'c', 'd'),
      }),
    );
    fc.assert(
      fc.property(any, fc.constantFrom('', 'a', 'x4'), (list, words) => {
        const all = list.map(({ name, ...rest }) => model(name, rest));
        const shown = groupsOf(all, { ...NO_FILTER, words }).flatMap((group) => group.families);
        expect(new Set(shown.map(({ id }) => id)).size).toBe(shown.length);
        if (words === '') expect(shown).toHaveLength(families(all).length);
      }),
    );
  });
});
