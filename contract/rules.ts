import { z } from 'zod';
import { expected } from './errors.ts';
import {
  type ChoiceSetting,
  HARMONIES,
  type NumberSetting,
  RULES,
  type RuleFacts,
  type RuleId,
  type RuleSetting,
} from './rule-list.ts';

export const RULE_IDS = Object.keys(RULES) as [RuleId, ...RuleId[]];

type SettingValue = number | string | boolean;

type ValueOf<S> =
  S extends NumberSetting<string>
    ? number
    : S extends ChoiceSetting<string, infer C>
      ? C
      : S extends RuleSetting
        ? boolean
        : never;

/** The settings of a rule, all of them, by their keys. */
export type RuleSettings<R extends RuleId> = {
  readonly [S in (typeof RULES)[R]['settings'][number] as S['key']]: ValueOf<S>;
};

/** `#rgb` or `#rrggbb`, sRGB. */
const colour = z.string().regex(/^#([0-9a-f]{3}|[0-9a-f]{6})$/i, 'a colour is #rgb or #rrggbb');

/** Colours of a picture file, some that go together, or these, darkest end first. */
export const rulePalette = z.union([
  z.strictObject({ picture: z.string().min(1) }),
  z.strictObject({ harmony: z.enum(HARMONIES) }),
  z.strictObject({ colours: z.array(colour).min(2).max(16) }),
]);
export type RulePalette = z.infer<typeof rulePalette>;

const side = z.number().int().min(16).max(16384);

/** A seamless tile that a rule makes: the same step is the same picture. */
export const ruleStep = z
  .strictObject({
    studio: z.literal('generate'),
    kind: z.literal('rule'),
    rule: z.enum(RULE_IDS),
    /** What is not here is as RULES says; see `ruleSettings`. */
    settings: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
    seed: z
      .number()
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1),
    /** Pixels. */
    width: side.default(1024),
    height: side.default(1024),
    /** Left out: the rule's harmony, from the seed. */
    palette: rulePalette.optional(),
    /** The picture that `needsPicture` is about. */
    picture: z.string().min(1).optional(),
  })
  .superRefine((step, context) => {
    for (const [key, value] of Object.entries(step.settings)) {
      const message = wrongSetting(step.rule, key, value);
      if (message) context.addIssue({ code: 'custom', path: ['settings', key], message });
    }
    const { needsPicture } = RULES[step.rule];
    if (needsPicture && step.picture === undefined)
      context.addIssue({ code: 'custom', path: ['picture'], message: `${step.rule} starts from a picture` });
    if (!needsPicture && step.picture !== undefined)
      context.addIssue({ code: 'custom', path: ['picture'], message: `${step.rule} takes no picture` });
  });
export type RuleStep = z.infer<typeof ruleStep>;

/** What is wrong with a setting, in words; undefined where nothing is. */
function wrongSetting(rule: RuleId, key: string, value: SettingValue): string | undefined {
  const settings: readonly RuleSetting[] = RULES[rule].settings;
  const setting = settings.find((each) => each.key === key);
  if (!setting) return `${rule} has no such setting; it has ${settings.map((each) => each.key).join(', ')}`;
  const wrong = (what: string) => expected(what, `${key} of ${rule}`, value).replace(/\.$/, '');
  switch (setting.kind) {
    case 'number': {
      const { min, max, step } = setting;
      const [whole, isWhole] = step === 1 ? ['a whole number', Number.isInteger(value)] : ['a number', true];
      const isIn = typeof value === 'number' && value >= min && value <= max && isWhole;
      return isIn ? undefined : wrong(`${whole} from ${min} to ${max}`);
    }
    case 'choice':
      return setting.choices.some((each) => each === value)
        ? undefined
        : wrong(`one of ${setting.choices.join(', ')}`);
    case 'toggle':
      return typeof value === 'boolean' ? undefined : wrong('true or false');
  }
}

/** All settings of a rule: those that are given, checked by `ruleStep`, and the others as they begin. */
export function ruleSettings<R extends RuleId>(
  rule: R,
  given: Readonly<Record<string, SettingValue>>,
): RuleSettings<R> {
  const settings: readonly RuleSetting[] = RULES[rule].settings;
  return Object.fromEntries(
    settings.map((setting) => [setting.key, given[setting.key] ?? setting.default]),
  ) as RuleSettings<R>;
}

/** Why that rule, set so, cannot be an SVG; undefined where it can. */
export function whyNoVector(
  rule: RuleId,
  given: Readonly<Record<string, SettingValue>>,
): { message: string; hint: string } | undefined {
  const { isVector, settings }: RuleFacts = RULES[rule];
  if (isVector === true) return undefined;
  const style = given.style ?? settings.find(({ key }) => key === 'style')?.default;
  if (isVector !== false && isVector.some((each) => each === style)) return undefined;
  if (isVector !== false)
    return {
      message: `${rule} with style=${String(style)} is made of pixels and cannot be an SVG.`,
      hint: `Choose style=${isVector.join(' or ')}, or PNG.`,
    };
  const able = RULE_IDS.filter((id) => RULES[id].isVector !== false);
  return {
    message: `${rule} is made of pixels and cannot be an SVG.`,
    hint: `Choose PNG; ${able.join(', ')} can be an SVG.`,
  };
}
