import { describe, expect, it } from 'vitest';
import { RULES } from './rule-list.ts';
import { RULE_IDS, ruleSettings, ruleStep, whyNoVector } from './rules.ts';

const step = (changes: Record<string, unknown>) =>
  ruleStep.safeParse({ studio: 'generate', kind: 'rule', rule: 'noise', ...changes });

describe('a step that makes a tile by a rule', () => {
  it('has every setting, seed and size where nothing is said', () => {
    const { data } = step({});
    expect(data).toMatchObject({ seed: 1, width: 1024, height: 1024, settings: {} });
    for (const rule of RULE_IDS) {
      const settings: Record<string, unknown> = ruleSettings(rule, {});
      expect(Object.keys(settings)).toEqual(RULES[rule].settings.map(({ key }) => key));
      expect(
        ruleStep.safeParse({ ...data, rule, settings, ...(rule === 'quilt' && { picture: 'a' }) }).success,
      ).toBe(true);
    }
  });

  it('keeps what is given of the settings', () => {
    expect(ruleSettings('noise', { scale: 9 })).toEqual({ ...ruleSettings('noise', {}), scale: 9 });
  });

  it('takes colours of a picture, of a harmony or of a list, and nothing else', () => {
    for (const palette of [{ picture: 'a.png' }, { harmony: 'triadic' }, { colours: ['#fff', '#01aB23'] }])
      expect(step({ palette }).success).toBe(true);
    for (const palette of [
      {},
      { harmony: 'muddy' },
      { colours: ['#fff'] },
      { colours: ['#fff', 'red'] },
      '#fff',
    ])
      expect(step({ palette }).success).toBe(false);
  });

  it('refuses keys that it does not know, and sizes and seeds past their ends', () => {
    for (const wrong of [
      { colour: 1 },
      { rule: 'clouds' },
      { width: 15 },
      { height: 16385 },
      { seed: -1 },
      { seed: 2 ** 32 },
      { seed: 0.5 },
      { settings: { scale: null } },
      { settings: { toString: 1 } },
    ])
      expect(step(wrong).success, JSON.stringify(wrong)).toBe(false);
  });
});

describe('an SVG', () => {
  it('can be had of rules that are made of shapes, and of others it is said what can', () => {
    expect(whyNoVector('flow', {})).toBeUndefined();
    expect(whyNoVector('voronoi', {})).toBeUndefined();
    expect(whyNoVector('voronoi', { style: 'pebbles' })?.hint).toContain('style=cells');
    expect(whyNoVector('noise', {})?.hint).toContain('voronoi, truchet, wang, flow, lsystem');
  });
});
