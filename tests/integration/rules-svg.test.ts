import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { RULES, type RuleId, type RuleSetting } from '../../contract/rule-list.ts';
import { RULE_IDS, ruleSettings, whyNoVector } from '../../contract/rules.ts';
import { ruleScene } from '../../main/engine/studios/generate/rules/grow-rule.ts';
import { harmonyPalette } from '../../main/engine/studios/generate/rules/make-palette.ts';
import type { AnyRulePlan } from '../../main/engine/studios/generate/rules/scene.ts';
import { svgDocument } from '../../main/engine/studios/generate/rules/svg.ts';

const [WIDTH, HEIGHT] = [300, 220];

const CASES = RULE_IDS.flatMap((rule) => {
  const style = (RULES[rule].settings as readonly RuleSetting[]).find(({ key }) => key === 'style');
  const styles = style?.kind === 'choice' ? style.choices : [undefined];
  return styles
    .map((each) => ({ rule, each, given: each === undefined ? {} : { style: each } }))
    .filter(({ given }) => whyNoVector(rule, given) === undefined);
});

function planOf(rule: RuleId, given: Record<string, string>): AnyRulePlan {
  const palette = harmonyPalette(RULES[rule].harmony, 4);
  const settings = ruleSettings(rule, given);
  return { rule, settings, seed: 4, width: WIDTH, height: HEIGHT, palette } as AnyRulePlan;
}

describe('a rule that is made of shapes', () => {
  it.each(CASES)('is the same picture as pixels and as an SVG: $rule $each', async ({ rule, given }) => {
    const scene = ruleScene(planOf(rule, given as Record<string, string>));
    const own = new Uint8Array(3 * WIDTH * HEIGHT);
    scene.painter(WIDTH, HEIGHT).draw({ left: 0, top: 0, width: WIDTH, height: HEIGHT }, own);
    const size = { width: WIDTH, height: HEIGHT, metadata: '' };
    const text = [...svgDocument(size, scene.vector!(WIDTH, HEIGHT))].join('');
    // Rendered by librsvg.
    const { data, info } = await sharp(Buffer.from(text))
      .flatten()
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([WIDTH, HEIGHT]);
    let [sum, far] = [0, 0];
    for (let at = 0; at < own.length; at++) {
      const difference = Math.abs(own[at]! - data[at]!);
      sum += difference;
      if (difference > 96) far++;
    }
    // Edges are smoothed by other means; places and colours are the same.
    expect(sum / own.length).toBeLessThan(5);
    expect(far / own.length).toBeLessThan(0.005);
  });
});
