import { describe, expect, it } from 'vitest';
import type { ModelView, SourceView } from '../../../contract/views.ts';
import type { RestoreSettings } from '../../app/store.ts';
import { templateProblem, withPart } from '../../inspector/name-template.ts';
import { exampleName } from '../../inspector/picture-name.ts';
import { startable } from '../../inspector/startable.ts';
import { families, modelFor, modelName } from './choose.ts';
import { foreseen } from './estimate.ts';
import { NAME_PARTS, partValue } from './name-example.ts';
import { whyNot } from './reasons.ts';

function model(scale: number, overrides: Partial<ModelView> = {}): ModelView {
  return {
    id: `span-x${scale}`,
    name: `SPAN x${scale}`,
    task: 'upscale',
    scale,
    family: 'span',
    character: 'faithful',
    goodFor: '',
    authors: '',
    licence: '',
    installed: true,
    bundled: false,
    bytes: 1,
    ...overrides,
  };
}

function source(name: string, overrides: Partial<SourceView> = {}): SourceView {
  return {
    id: name,
    name,
    studio: 'restore',
    folder: 'pictures',
    place: 0,
    state: 'ready',
    width: 100,
    height: 50,
    ...overrides,
  };
}

function item(status: NonNullable<SourceView['item']>['status']): NonNullable<SourceView['item']> {
  return { id: 'i', job: 'j', status };
}

const none: RestoreSettings['before'] = [];
const settings = {
  family: 'span',
  scale: 2,
  strength: 1,
  before: none,
  after: none,
  output: { format: 'same', quality: 92, name: '{name}_{model}', existing: 'skip', stripPrivate: false },
  folder: undefined,
} as const;

describe('the model for a size', () => {
  const models = [model(2), model(4)];
  it('is the smallest that reaches it, else the largest', () => {
    expect([2, 3, 4, 8].map((scale) => modelFor(models, 'span', scale)?.scale)).toEqual([2, 4, 4, 4]);
    expect(modelFor(models, 'other', 2)).toBeUndefined();
  });

  it('is shown as one family with plain names', () => {
    expect(families(models).map(({ name, models: all }) => [name, all.length])).toEqual([['SPAN', 2]]);
    expect(modelName('SPAN x2')).toBe('SPAN ×2');
  });
});

describe('how long it takes', () => {
  const models = [model(2, { speed: 2 }), model(4, { speed: 0.5 })];
  const one = { width: 1000, height: 1000 };

  it('is foreseen from what was measured here, for all pictures together', () => {
    expect(foreseen([one], models, { ...settings, scale: 2 })).toBeCloseTo(500);
    expect(foreseen([one, one, one], models, { ...settings, scale: 3 })).toBeCloseTo(6000);
  });

  it('counts the second pass on the larger picture', () => {
    expect(foreseen([one], models, { ...settings, scale: 8 })).toBeCloseTo(2000 + 16 * 500);
  });

  it('counts every step on what the ones before have made', () => {
    const clean = model(1, { id: 'clean', task: 'denoise', family: 'clean', speed: 1 });
    const step = { studio: 'restore', task: 'denoise', model: 'clean', strength: 1 } as const;
    const all = { ...settings, before: [step], after: [step] };
    expect(foreseen([one], [...models, clean], all)).toBeCloseTo(1000 + 500 + 4 * 1000);
  });

  it('is not said where something is not known', () => {
    expect(foreseen([one], [model(2)], { ...settings, scale: 2 })).toBeUndefined();
    expect(foreseen([one], [model(2), models[1]!], { ...settings, scale: 8 })).toBeUndefined();
    expect(foreseen([one, {}], models, { ...settings, scale: 2 })).toBeUndefined();
    expect(foreseen([], models, { ...settings, scale: 2 })).toBeUndefined();
  });
});

describe('why it cannot run', () => {
  it('says nothing when it can', () => {
    expect(whyNot({ sources: [source('a.png')], models: [model(2)], settings })).toEqual([]);
  });

  it('lists every reason, the first to mend first', () => {
    const reasons = whyNot({
      sources: [],
      models: [model(2, { installed: false })],
      settings: { ...settings, output: { ...settings.output, name: '{photo}', quality: 0 } },
    });
    expect(reasons).toEqual([
      'Open a picture first.',
      'SPAN ×2 is not installed.',
      'File name: {photo} means nothing here. Use {name} {model} {scale} {date} {index}.',
      'Quality is 1 to 100.',
    ]);
  });

  it('names every model that a step is missing, and refuses steps that enlarge too far', () => {
    const step = { studio: 'restore', task: 'denoise', strength: 1 } as const;
    const before = [{ ...step, model: 'clean' }];
    const after = [{ ...step, task: 'upscale' as const, model: 'span-x2', scale: 8 }];
    const sources = [source('a.png')];
    expect(
      whyNot({ sources, models: [model(2)], settings: { ...settings, before, scale: 4, after } }),
    ).toEqual(['clean is not installed.', 'The steps enlarge 32 times together; 16 times is the most.']);
  });

  it('refuses a result that its format cannot hold', () => {
    const sources = [source('wide.png', { width: 9000 })];
    const webp = { ...settings, output: { ...settings.output, format: 'webp' as const } };
    expect(whyNot({ sources, models: [model(2)], settings: webp })).toEqual([
      'wide.png would be too large for WEBP. Choose PNG or TIFF.',
    ]);
  });

  it('leaves alone what the queue has in hand, and what is done while it works', () => {
    const done = source('done.png', { item: item('done') });
    const failed = source('failed.png', { item: item('failed') });
    const running = source('running.png', { item: item('running') });
    const broken = source('broken.png', { state: 'unreadable' });
    expect(startable([done, failed, broken]).map(({ name }) => name)).toEqual(['done.png', 'failed.png']);
    expect(startable([done, failed, running]).map(({ name }) => name)).toEqual(['failed.png']);
  });
});

describe('the name of a result', () => {
  const of = {
    source: 'IMG_1.JPEG',
    model: 'span-x2',
    scale: 2,
    index: 3,
    date: new Date(2025, 0, 9),
  } as const;

  it('fills every part', () => {
    const values = Object.fromEntries(NAME_PARTS.map((part) => [part, partValue(part, of)]));
    expect(exampleName('{name}_{model}', values, 'same', of.source)).toBe('IMG_1_span-x2.jpg');
    expect(exampleName('{index} {date} x{scale}', values, 'tiff', of.source)).toBe('3 2025-01-09 x2.tif');
    expect(exampleName('{name}', { name: 'anim' }, 'same', 'anim.gif')).toBe('anim.png');
  });

  it('takes a part where the caret is, in the place of what is marked', () => {
    expect(withPart('a-b', 'date', 2, 2)).toEqual({ template: 'a-{date}b', caret: 8 });
    expect(withPart('abc', 'name', 0, 3)).toEqual({ template: '{name}', caret: 6 });
  });

  it('is refused with the part that is wrong', () => {
    expect(templateProblem('{name}_{model}', NAME_PARTS)).toBeUndefined();
    expect(templateProblem('  ', NAME_PARTS)).toBe('Give the results a name.');
    expect(templateProblem('../{name}', NAME_PARTS)).toBe('A file name cannot hold /');
  });
});
