import { describe, expect, it } from 'vitest';
import type { ModelDescriptor } from '../../contract/descriptor.ts';
import { type RestoreStep, restoreStep } from '../../contract/recipe.ts';
import { type StyleStep, styleStep } from '../../contract/style-recipe.ts';
import { type ReadyModel, resolveStep, resolveSteps, resolveStyle } from './resolve.ts';

const model = (
  id: string,
  scale: number,
  character: ModelDescriptor['character'] = 'faithful',
): ReadyModel => ({
  file: `/${id}.onnx`,
  descriptor: {
    id,
    scale,
    character,
    family: id.replace(/-x\d$/, ''),
    task: scale === 1 ? 'denoise' : 'upscale',
    licence: 'MIT',
  } as ModelDescriptor,
});
const SPANS = [model('span-x2', 2), model('span-x4', 4)];
const GENEROUS = model('realesrgan-x4plus', 4, 'generous');

const step = (wishes: Partial<RestoreStep>) => restoreStep.parse({ studio: 'restore', ...wishes });
const passes = (wishes: Partial<RestoreStep>, installed: ReadyModel[]) => {
  const resolved = resolveStep(step(wishes), installed);
  return [resolved.passes.map((pass) => pass.descriptor.id).join(' '), resolved.scale];
};

describe('choosing models', () => {
  it('takes the faithful default for each scale', () => {
    expect(passes({}, SPANS)).toEqual(['span-x2', 2]);
    expect(passes({ scale: 3 }, SPANS)).toEqual(['span-x4', 3]);
    expect(passes({ scale: 4 }, SPANS)).toEqual(['span-x4', 4]);
    expect(passes({ scale: 8 }, SPANS)).toEqual(['span-x4 span-x2', 8]);
  });

  it('takes a named model at its own scale, repeats it where it is alone, reduces it where it is too much', () => {
    expect(passes({ model: 'span-x4' }, SPANS)).toEqual(['span-x4', 4]);
    expect(passes({ model: 'realesrgan-x4plus', scale: 8 }, [GENEROUS])).toEqual([
      'realesrgan-x4plus realesrgan-x4plus',
      8,
    ]);
    expect(passes({ model: 'span-x4', scale: 2 }, SPANS)).toEqual(['span-x4', 2]);
    expect(passes({ model: 'span-x2', scale: 8 }, [SPANS[0]!])).toEqual(['span-x2 span-x2 span-x2', 8]);
  });

  it('uses the best that is installed where the default is not, and says so', () => {
    const resolved = resolveStep(step({ scale: 4 }), [GENEROUS, SPANS[0]!]);
    expect(resolved.model).toBe('span-x2');
    expect(resolved.passes).toHaveLength(2);
    expect(resolved.note).toContain('span-x4');
    expect(resolveStep(step({}), SPANS).note).toBeUndefined();
  });

  it('never takes one by itself whose licence is unknown or not for paid work', () => {
    for (const licence of ['unknown', 'CC-BY-NC-SA-4.0']) {
      const bound = { ...GENEROUS, descriptor: { ...GENEROUS.descriptor, licence } };
      expect(() => resolveStep(step({}), [bound])).toThrow(/span-x2 is not installed/);
      expect(resolveStep(step({ model: 'realesrgan-x4plus' }), [bound]).model).toBe('realesrgan-x4plus');
    }
  });

  it('takes several steps one after the other, and says which one a task lacks', () => {
    const clean = model('maxim-denoise', 1);
    const both = resolveSteps(
      [step({ task: 'denoise', strength: 0.5 }), step({ scale: 4 })],
      [clean, ...SPANS],
    );
    expect([both.scale, both.model]).toEqual([4, 'maxim-denoise+span-x4']);
    expect(both.steps.map(({ scale, strength }) => [scale, strength])).toEqual([
      [1, 0.5],
      [4, 1],
    ]);
    expect(() => resolveSteps([step({ task: 'deartifact' })], SPANS)).toThrow(/waifu2x-cunet-noise2/);
    expect(() => resolveSteps([step({ scale: 8 }), step({ scale: 4 })], SPANS)).toThrow(/32 times together/);
  });

  it('says how to get what is missing', () => {
    expect(() => resolveStep(step({}), [])).toThrow(expect.objectContaining({ code: 'model/missing' }));
    expect(() => resolveStep(step({ model: 'span-x8' }), SPANS)).toThrow(
      expect.objectContaining({ code: 'model/missing' }),
    );
  });
});

describe('choosing what paints', () => {
  const painter = (id: string, style: ModelDescriptor['style']): ReadyModel => {
    const { file, descriptor } = model(id, 1);
    return { file, descriptor: { ...descriptor, task: 'style', style } };
  };
  const installed = [
    painter('magenta-style', { role: 'paints', values: 100, reader: 'magenta-style-reader' }),
    painter('magenta-style-reader', { role: 'reads', values: 100 }),
    painter('multistyle26', { role: 'paints', values: 26 }),
  ];
  const picture: StyleStep['styles'][number]['from'] = { picture: '/sea.jpg' };
  const names = (wishes: Record<string, unknown>, models = installed) => {
    const made = resolveStyle(styleStep.parse({ studio: 'style', ...wishes }), models);
    return Object.fromEntries(Object.entries(made).map(([role, { descriptor }]) => [role, descriptor.id]));
  };

  it('takes what the styles need, and no more', () => {
    const read = { painter: 'magenta-style', reader: 'magenta-style-reader' };
    expect(names({ styles: [{ from: picture }] })).toEqual(read);
    expect(names({ styles: [{ from: { builtIn: 1 } }] })).toEqual({ builtIn: 'multistyle26' });
    expect(names({ styles: [{ from: picture }, { from: { builtIn: 1 } }] })).toEqual({
      ...read,
      builtIn: 'multistyle26',
    });
  });

  it('says what is not installed, the reader of a painter too, and what is of another kind', () => {
    const styles = [{ from: picture }];
    expect(() => names({ styles }, [])).toThrow(/magenta-style is not installed/);
    expect(() => names({ styles }, installed.slice(0, 1))).toThrow(/magenta-style-reader is not installed/);
    expect(() => names({ styles, model: 'multistyle26' })).toThrow(/paints no styles of pictures/);
    expect(() => names({ styles, model: 'span-x2' }, [...installed, ...SPANS])).toThrow(/paints no styles/);
  });
});
