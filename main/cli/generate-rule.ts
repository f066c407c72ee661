import path from 'node:path';
import { expected, GessoError } from '../../contract/errors.ts';
import { GENERATED_FORMATS, type GenerateRecipe, generateRecipe } from '../../contract/generate-recipe.ts';
import { runOptions } from '../../contract/recipe.ts';
import { HARMONIES, RULES, type RuleSetting } from '../../contract/rule-list.ts';
import { RULE_IDS, type RulePalette, type RuleStep, ruleStep, whyNoVector } from '../../contract/rules.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { runJob } from './run-job.ts';
import { countOf, given, numberOf, parseOrExplain } from './usage.ts';

/** The flags of `gesso generate rule` as commander leaves them: text, or undefined where not given. */
export interface RuleFlags {
  set?: string[];
  seed?: string;
  size?: string;
  palette?: string;
  picture?: string;
  format?: string;
  quality?: string;
  count?: string;
  name?: string;
  existing?: string;
  out?: string;
  json?: boolean;
}

const HELP = 'See `gesso generate rule --help`.';
type Format = GenerateRecipe['output']['format'];

/**
 * Flags as a step.
 * @param folder that files are named from
 * @throws GessoError usage/invalid naming the flag or the setting
 */
export function ruleStepOf(name: string, flags: RuleFlags, folder: string): RuleStep {
  if (!RULE_IDS.some((id) => id === name))
    throw new GessoError('usage/invalid', expected(`one of ${RULE_IDS.join(', ')}`, 'the rule', name), HELP);
  const step = parseOrExplain(
    ruleStep,
    {
      ...{ studio: 'generate', kind: 'rule', rule: name, ...sizeOf(flags.size) },
      settings: settingsOf(name, flags.set ?? []),
      seed: numberOf(flags.seed),
      palette: flags.palette === undefined ? undefined : paletteOf(flags.palette, folder),
      picture: flags.picture === undefined ? undefined : path.resolve(folder, flags.picture),
    },
    'usage/invalid',
    name === 'quilt' && flags.picture === undefined ? 'Name one with --picture FILE.' : HELP,
  );
  if (formatOf(flags.format) === 'svg') {
    const why = whyNoVector(step.rule, step.settings);
    if (why) throw new GessoError('usage/invalid', why.message, why.hint);
  }
  return step;
}

/** `K=V` of each; what V may be is the schema's to say. */
function settingsOf(rule: string, pairs: readonly string[]): Record<string, unknown> {
  const known: readonly RuleSetting[] = RULES[rule as keyof typeof RULES].settings;
  return Object.fromEntries(
    pairs.map((pair) => {
      const [key = '', value] = pair.split(/=(.*)/s);
      if (value === undefined || key === '')
        throw new GessoError(
          'usage/invalid',
          expected('KEY=VALUE', '--set', pair),
          `${rule} has ${known.map((each) => each.key).join(', ')}.`,
        );
      const kind = known.find((each) => each.key === key)?.kind;
      if (kind === 'toggle' && (value === 'true' || value === 'false')) return [key, value === 'true'];
      return [key, kind === 'choice' ? value : numberOf(value)];
    }),
  );
}

function sizeOf(text: string | undefined): { width?: number; height?: number } {
  if (text === undefined) return {};
  const [, width, height] = /^(\d+)(?:x(\d+))?$/i.exec(text.trim()) ?? [];
  if (width === undefined)
    throw new GessoError('usage/invalid', expected('WIDTHxHEIGHT in pixels', '--size', text), HELP);
  return { width: Number(width), height: Number(height ?? width) };
}

/** A harmony, colours as "#123456,#abc", or else a picture. */
function paletteOf(text: string, folder: string): RulePalette {
  const harmony = HARMONIES.find((each) => each === text);
  if (harmony) return { harmony };
  const colours = text.split(',').map((each) => each.trim().replace(/^#?/, '#'));
  if (colours.every((each) => /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(each))) {
    if (colours.length >= 2 && colours.length <= 16) return { colours };
    throw new GessoError('usage/invalid', expected('2 to 16 colours', '--palette', text), HELP);
  }
  return { picture: path.resolve(folder, text) };
}

function formatOf(text: string | undefined): Format {
  const format = GENERATED_FORMATS.find((each) => each === (text ?? 'png'));
  if (format) return format;
  throw new GessoError(
    'usage/invalid',
    expected(`one of ${GENERATED_FORMATS.join(', ')}`, '--format', text),
    HELP,
  );
}

/** The flags as a recipe. @throws GessoError usage/invalid naming the flag or the setting */
export function ruleRecipeOf(name: string, flags: RuleFlags, folder: string): GenerateRecipe {
  return parseOrExplain(
    generateRecipe,
    {
      gesso: 1,
      steps: [ruleStepOf(name, flags, folder)],
      output: given({
        format: formatOf(flags.format),
        quality: numberOf(flags.quality),
        name: flags.name ?? '{prompt}-{seed}',
        existing: flags.existing,
      }),
    },
    'usage/invalid',
    HELP,
  );
}

/** Makes tiles by a rule. @returns the exit code */
export function generateRule(workshop: Workshop, recipe: GenerateRecipe, flags: RuleFlags): Promise<number> {
  const folder = path.resolve(flags.out ?? '.');
  const items = Array.from({ length: countOf(flags.count) }, () => ({ input: '', folder }));
  const job = workshop.store.append(recipe, runOptions.parse({}), items);
  return runJob(workshop, { job: job.id, json: flags.json === true, verb: 'Drawing' });
}
