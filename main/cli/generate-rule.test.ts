import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { GessoError } from '../../contract/errors.ts';
import { type RuleFlags, ruleStepOf } from './generate-rule.ts';

const FOLDER = path.resolve('/pictures');
const step = (name: string, flags: RuleFlags = {}) => ruleStepOf(name, flags, FOLDER);

function refusal(name: string, flags: RuleFlags): string {
  try {
    step(name, flags);
  } catch (thrown) {
    const error = GessoError.from(thrown);
    expect(error.code).toBe('usage/invalid');
    return `${error.message} ${error.hint}`;
  }
  throw new Error('nothing was refused');
}

describe('gesso generate rule', () => {
  it('needs no flags but a name', () => {
    expect(step('noise')).toEqual({
      ...{ studio: 'generate', kind: 'rule', rule: 'noise', settings: {} },
      ...{ seed: 1, width: 1024, height: 1024 },
    });
  });

  it('takes settings as numbers, words and switches, by what each is', () => {
    const { settings } = step('noise', { set: ['scale=7', 'style=marble', 'gain=0.4'] });
    expect(settings).toEqual({ scale: 7, style: 'marble', gain: 0.4 });
    expect(step('quilt', { set: ['mirror=true'], picture: 'a.png' }).settings).toEqual({ mirror: true });
  });

  it('takes a size of two numbers or of one, and a seed', () => {
    const { width, height, seed } = step('warp', { size: '640x480', seed: '4294967295' });
    expect([width, height, seed]).toEqual([640, 480, 4294967295]);
    expect(step('warp', { size: '300' })).toMatchObject({ width: 300, height: 300 });
  });

  it('takes colours as a harmony, as a list, or else of a picture', () => {
    const palette = (text: string) => step('noise', { palette: text }).palette;
    expect(palette('triadic')).toEqual({ harmony: 'triadic' });
    expect(palette('#fff, 102030')).toEqual({ colours: ['#fff', '#102030'] });
    expect(palette('sea.jpg')).toEqual({ picture: path.join(FOLDER, 'sea.jpg') });
  });

  it('names a file for a rule that starts from a picture, and only there', () => {
    expect(step('quilt', { picture: 'bark.jpg' }).picture).toBe(path.join(FOLDER, 'bark.jpg'));
    expect(refusal('quilt', {})).toContain('quilt starts from a picture');
    expect(refusal('noise', { picture: 'bark.jpg' })).toContain('noise takes no picture');
  });

  it('says in words what is wrong', () => {
    expect(refusal('clouds', {})).toContain('noise, warp');
    expect(refusal('noise', { set: ['scale'] })).toContain('KEY=VALUE');
    expect(refusal('noise', { set: ['scale=4.5'] })).toContain('a whole number from 1 to 32');
    expect(refusal('noise', { set: ['scale='] })).toContain('a whole number from 1 to 32');
    expect(refusal('noise', { set: ['colour=1'] })).toContain('it has style, scale');
    expect(refusal('noise', { size: '9x9' })).toContain('width');
    expect(refusal('noise', { size: 'large' })).toContain('WIDTHxHEIGHT');
    expect(refusal('noise', { seed: '-1' })).toContain('seed');
    expect(refusal('noise', { seed: '4294967296' })).toContain('seed');
    expect(refusal('noise', { palette: '#fff' })).toContain('2 to 16 colours');
    expect(refusal('noise', { format: 'bmp' })).toContain('png, jpeg');
    expect(refusal('noise', { format: 'svg' })).toContain('cannot be an SVG');
    expect(refusal('voronoi', { format: 'svg', set: ['style=pebbles'] })).toContain('style=cells');
  });
});
