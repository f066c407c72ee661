import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RULES, type RuleFacts, type RuleId, type RuleSetting } from '../../../../../contract/rule-list.ts';
import { RULE_IDS, ruleSettings, ruleStep } from '../../../../../contract/rules.ts';
import { drawRule, growRule, ruleScene } from './grow-rule.ts';
import { harmonyPalette } from './make-palette.ts';
import type { AnyRulePlan, Part } from './scene.ts';

type Given = Record<string, number | string | boolean>;

/** Small settings, so that what grows is grown soon. */
const QUICK: Partial<Record<RuleId, Given>> = {
  flow: { spacing: 30 },
  lsystem: { copies: 3, growth: -2 },
  reaction: { cells: 48, steps: 400 },
  attractor: { density: 4 },
  quilt: { patch: 16, reduce: 64 },
};

/** A picture of stripes and spots to quilt from. */
const picture = { width: 60, height: 50, data: new Uint8Array(60 * 50 * 3) };
for (let at = 0; at < picture.data.length; at++) {
  const [x, y, c] = [Math.floor(at / 3) % 60, Math.floor(at / 180), at % 3];
  picture.data[at] = 128 + 90 * Math.sin(x / 3 + c) * Math.cos(y / (4 + c));
}

interface Wish {
  rule: RuleId;
  given?: Given;
  seed?: number;
  width?: number;
  height?: number;
}

function planOf({ rule, given = {}, seed = 1, width = 96, height = 96 }: Wish): AnyRulePlan {
  const settings = ruleSettings(rule, { ...QUICK[rule], ...given });
  const palette = harmonyPalette(RULES[rule].harmony, seed);
  return { rule, settings, seed, width, height, palette, picture } as AnyRulePlan;
}

const whole = ({ width, height }: { width: number; height: number }): Part => ({
  left: 0,
  top: 0,
  width,
  height,
});
const drawn = (wish: Wish) => {
  const plan = planOf(wish);
  return drawRule(plan, whole(plan));
};

function cut(bytes: Uint8Array, width: number, part: Part): Uint8Array {
  const into = new Uint8Array(3 * part.width * part.height);
  for (let y = 0; y < part.height; y++) {
    const from = 3 * ((part.top + y) * width + part.left);
    into.set(bytes.subarray(from, from + 3 * part.width), 3 * y * part.width);
  }
  return into;
}

const STYLES = RULE_IDS.flatMap((rule) => {
  const style = (RULES[rule].settings as readonly RuleSetting[]).find(({ key }) => key === 'style');
  const styles = style?.kind === 'choice' ? style.choices : [undefined];
  return styles.map((each) => ({ rule, given: (each === undefined ? {} : { style: each }) as Given, each }));
});

describe.each(STYLES)('$rule $each', ({ rule, given }) => {
  it('draws any part as it is in the whole, bit for bit', () => {
    const [width, height] = [75, 52];
    const plan = planOf({ rule, given, width, height });
    const painter = ruleScene(plan).painter(width, height);
    const all = new Uint8Array(3 * width * height);
    painter.draw(whole(plan), all);
    const part = fc
      .tuple(fc.nat(width - 1), fc.nat(height - 1), fc.integer({ min: 1 }), fc.integer({ min: 1 }))
      .map(([left, top, w, h]) => ({
        ...{ left, top },
        width: 1 + (w % (width - left)),
        height: 1 + (h % (height - top)),
      }));
    fc.assert(
      fc.property(part, (wanted) => {
        const into = new Uint8Array(3 * wanted.width * wanted.height);
        painter.draw(wanted, into);
        expect(Buffer.compare(into, cut(all, width, wanted))).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  it('is the same for the same seed and another for another', () => {
    const first = drawn({ rule, given });
    expect(Buffer.compare(first, drawn({ rule, given }))).toBe(0);
    // The places alone: the same colours for both.
    const plan = planOf({ rule, given });
    const other = drawRule({ ...plan, seed: 2 } as AnyRulePlan, whole(plan));
    let changed = 0;
    for (let at = 0; at < first.length; at++) if (first[at] !== other[at]) changed++;
    expect(changed / first.length).toBeGreaterThan(0.05);
  });

  it('goes on at the other side as it goes on inside', () => {
    for (const [width, height] of [
      [96, 96],
      [150, 90],
    ] as const) {
      const plan = planOf({ rule, given, width, height });
      const bytes = drawRule(plan, whole(plan));
      const across = (x: number) => difference(height, (y, c) => [at(x, y, c), at((x + 1) % width, y, c)]);
      const down = (y: number) => difference(width, (x, c) => [at(x, y, c), at(x, (y + 1) % height, c)]);
      const at = (x: number, y: number, c: number) => bytes[3 * (y * width + x) + c]!;
      for (const [seam, inside] of [
        [across(width - 1), Array.from({ length: width - 1 }, (_, x) => across(x))],
        [down(height - 1), Array.from({ length: height - 1 }, (_, y) => down(y))],
      ] as const)
        expect(seam).toBeLessThanOrEqual(1.15 * Math.max(...inside) + 1);
    }
  });
});

/** The mean difference of pairs of bytes along an edge. */
function difference(length: number, pair: (n: number, c: number) => [number, number]): number {
  let sum = 0;
  for (let n = 0; n < length; n++)
    for (let c = 0; c < 3; c++) {
      const [a, b] = pair(n, c);
      sum += Math.abs(a - b);
    }
  return sum / (3 * length);
}

describe.each(RULE_IDS)('the settings of %s', (rule) => {
  const { settings }: RuleFacts = RULES[rule];

  it('work at both ends of what they may be', () => {
    for (const setting of settings) {
      const ends =
        setting.kind === 'number'
          ? [setting.min, setting.max]
          : setting.kind === 'choice'
            ? setting.choices
            : [false, true];
      for (const end of ends) {
        // What only takes longer is tried in the middle.
        if (['steps', 'density'].includes(setting.key) && end === ends[1]) continue;
        const bytes = drawn({ rule, given: { [setting.key]: end }, width: 64, height: 64 });
        expect(new Set(bytes).size, `${setting.key}=${end}`).toBeGreaterThan(2);
      }
    }
  });

  it('are refused in words where they are none, or past their ends', () => {
    const parse = (given: Given) =>
      ruleStep.safeParse({
        ...{ studio: 'generate', kind: 'rule', rule, settings: given },
        ...(RULES[rule].needsPicture && { picture: 'a.png' }),
      });
    expect(parse({}).success).toBe(true);
    const words = (given: Given) =>
      (parse(given).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`).join();
    expect(words({ nothing: 1 })).toContain(`${rule} has no such setting; it has ${settings[0]!.key}`);
    for (const setting of settings) {
      const wrong =
        setting.kind === 'number'
          ? [setting.min - 1, setting.max + 1, Number.NaN, '4']
          : setting.kind === 'choice'
            ? ['nothing', 1]
            : ['yes', 1];
      for (const value of wrong)
        expect(words({ [setting.key]: value }), `${setting.key}=${value}`).toContain(
          `settings.${setting.key}: `,
        );
    }
  });
});

describe('a rule that grows', () => {
  it.each(RULE_IDS.filter((rule) => !RULES[rule].isPositional))(
    'says how far %s is, and shows it',
    (rule) => {
      const plan = planOf({ rule, width: 64, height: 64 });
      let last = 0;
      let shown = 0;
      for (const { fraction, scene } of growRule(plan)) {
        expect(fraction).toBeGreaterThanOrEqual(last);
        expect(fraction).toBeLessThanOrEqual(1);
        last = fraction;
        if (shown++ === 0) {
          const into = new Uint8Array(3 * 64 * 64);
          scene().painter(64, 64).draw(whole(plan), into);
          expect(new Set(into).size).toBeGreaterThan(2);
        }
      }
      expect(shown).toBeGreaterThan(0);
    },
  );
});
