import { describe, expect, it } from 'vitest';
import type { ModelView } from '../../contract/views.ts';
import type { StepSettings } from '../studios/restore/steps.ts';
import { comparedScale, comparedSteps, firstCompared, NO_MODEL, ticked, timeOf } from './compared.ts';

const model = (id: string, patch: Partial<ModelView> = {}): ModelView => ({
  id,
  name: id,
  task: 'upscale',
  scale: 2,
  family: id,
  character: 'faithful',
  goodFor: '',
  authors: '',
  licence: 'MIT',
  installed: true,
  bundled: false,
  bytes: 1,
  ...patch,
});

const settings: StepSettings = { family: 'span', scale: 2, strength: 0.5, before: [], after: [] };
const span2 = model('span-x2', { family: 'span' });
const span4 = model('span-x4', { family: 'span', scale: 4 });
const large = model('large-x4', { family: 'large', scale: 4 });

describe('what is ticked', () => {
  it('comes and goes', () => {
    expect(ticked(['a'], 'b')).toEqual(['a', 'b']);
    expect(ticked(['a', 'b'], 'a')).toEqual(['b']);
  });

  it('is never more than four', () => {
    expect(ticked(['a', 'b', 'c', 'd'], 'e')).toEqual(['a', 'b', 'c', 'd']);
    expect(ticked(['a', 'b', 'c', 'd'], 'd')).toEqual(['a', 'b', 'c']);
  });
});

describe('what the studio begins with', () => {
  it('is the model of the step, and another family of the task that is installed', () => {
    const rain = model('rain', { task: 'derain', scale: 1 });
    const absent = model('absent', { installed: false });
    expect(firstCompared(settings, [rain, absent, span2, span4, large])).toEqual(['span-x2', 'large-x4']);
  });

  it('is an empty pane where there is no other, and never a model that makes frames', () => {
    expect(firstCompared(settings, [span2, span4])).toEqual(['span-x2', NO_MODEL]);
    const frames = model('rife', { family: 'rife', task: 'interpolate', scale: 1 });
    expect(firstCompared({ ...settings, family: 'rife' }, [frames, span2])).toEqual([NO_MODEL]);
  });
});

describe('how a model is compared', () => {
  it('is at the size that is set where the settings would choose it, else at its own', () => {
    const models = [span2, span4, large];
    expect(comparedScale(span2, settings, models)).toBe(2);
    expect(comparedScale(large, settings, models)).toBe(2);
    expect(comparedScale(span4, settings, models)).toBe(4);
    expect(comparedScale(span2, { ...settings, scale: 1 }, models)).toBe(2);
    expect(comparedScale(model('rain', { scale: 1 }), settings, models)).toBe(1);
  });

  it('is behind the steps before it and without those after it', () => {
    const before = { studio: 'restore', task: 'denoise', strength: 1 } as const;
    const after = { studio: 'restore', task: 'enhance', strength: 1 } as const;
    const steps = comparedSteps(large, { ...settings, before: [before], after: [after] }, [span2, large]);
    expect(steps).toEqual([
      before,
      { studio: 'restore', task: 'upscale', model: 'large-x4', scale: 2, strength: 0.5 },
    ]);
  });
});

describe('the time for what is in sight', () => {
  const block = (x: number, milliseconds: number) => ({
    place: { x, y: 0, width: 100, height: 100 },
    milliseconds,
  });

  it('is that of the blocks that are seen, whatever the scale', () => {
    const blocks = [block(0, 10), block(100, 20), block(200, 40)];
    expect(timeOf(blocks, { x: 10, y: 10, width: 60, height: 10 }, 2)).toBe(30);
    expect(timeOf(blocks, { x: 100, y: 10, width: 200, height: 10 }, 1)).toBe(60);
  });

  it('is unknown where there is none', () => {
    expect(timeOf([block(0, 10)], { x: 300, y: 0, width: 10, height: 10 }, 1)).toBeUndefined();
  });
});
