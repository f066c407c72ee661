import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { expected, GessoError } from '../../contract/errors.ts';
import { HARMONIES, RULES, type RuleSetting } from '../../contract/rule-list.ts';
import { RULE_IDS, type RulePalette, type RuleStep, ruleStep, whyNoVector } from '../../contract/rules.ts';
import type { Params } from '../engine/protocol/methods.ts';
import { numbered } from '../jobs/names.ts';
import { version, type Workshop } from '../jobs/workshop.ts';
import { onInterrupt } from './run-job.ts';
import { numberOf, parseOrExplain } from './usage.ts';

/** The flags of `gesso generate rule` as commander leaves them: text, or undefined where not given. */
export interface RuleFlags {
  set?: string[];
  seed?: string;
  size?: string;
  palette?: string;
  picture?: string;
  format?: string;
  quality?: string;
  out?: string;
  json?: boolean;
}

const HELP = 'See `gesso generate rule --help`.';
const EXTENSIONS = {
  png: '.png',
  jpeg: '.jpg',
  webp: '.webp',
  avif: '.avif',
  tiff: '.tif',
  svg: '.svg',
} as const;
type Format = Params<'generate.rule'>['format'];

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
  const format = text ?? 'png';
  if (format in EXTENSIONS) return format as Format;
  const able = Object.keys(EXTENSIONS).join(', ');
  throw new GessoError('usage/invalid', expected(`one of ${able}`, '--format', format), HELP);
}

/** Makes one tile. @returns the exit code */
export async function generateRule(workshop: Workshop, step: RuleStep, flags: RuleFlags): Promise<number> {
  const format = formatOf(flags.format);
  const quality = Number(flags.quality ?? 92);
  if (!(Number.isInteger(quality) && quality >= 1 && quality <= 100))
    throw new GessoError(
      'usage/invalid',
      expected('a whole number from 1 to 100', '--quality', flags.quality),
      HELP,
    );
  const folder = path.resolve(flags.out ?? '.');
  await mkdir(folder, { recursive: true });
  const own = `.gesso-rule-${randomBytes(4).toString('hex')}`;
  const temp = path.join(folder, `${own}${EXTENSIONS[format]}.part`);
  const begun = performance.now();
  const made = await workshop.host.call(
    'generate.rule',
    {
      ...{ step, temp, format, quality },
      work: path.join(workshop.folder.work, own),
      software: `Gesso ${version()}`,
      recipe: JSON.stringify(withoutFolders(step)),
    },
    { signal: onInterrupt(workshop) },
  );
  let n = 1;
  const named = () => numbered(folder, `${step.rule}-${step.seed}`, EXTENSIONS[format], n);
  while (existsSync(named())) n++;
  const output = named();
  await rename(temp, output);
  const { width, height } = made;
  const seconds = Math.round(performance.now() - begun) / 1000;
  const line = { event: 'item', input: null, output, seed: step.seed, width, height, seconds };
  process.stdout.write(`${flags.json ? JSON.stringify(line) : output}\n`);
  return 0;
}

/** What goes into the file tells how it was made, and nothing of where the maker keeps pictures. */
function withoutFolders(step: RuleStep): RuleStep {
  const { palette, picture } = step;
  return {
    ...step,
    ...(palette && 'picture' in palette && { palette: { picture: path.basename(palette.picture) } }),
    ...(picture !== undefined && { picture: path.basename(picture) }),
  };
}
