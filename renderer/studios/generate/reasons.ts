import { GENERATE_NAME_TOKENS, MOST_PICTURES } from '../../../contract/generate-recipe.ts';
import {
  type GenerateSettings,
  LONGEST_WAY,
  MOST_CELLS,
  type PageLatent,
  type PageRule,
  type PageWords,
} from '../../../contract/generate-settings.ts';
import type { BundleView } from '../../../contract/made.ts';
import { RULES } from '../../../contract/rule-list.ts';
import { whyNoVector } from '../../../contract/rules.ts';
import type { ModelView } from '../../../contract/views.ts';
import { isInstalled } from '../../app/installed.ts';
import { templateProblem } from '../../inspector/name-template.ts';
import { t } from '../../ui/words.ts';
import { routeOf } from './pins.ts';

export interface WhyNotMakeInput {
  generate: GenerateSettings;
  bundles: readonly BundleView[];
  models: readonly Pick<ModelView, 'id' | 'installed'>[];
}

/** Why nothing can be made now, in the order in which to mend it; empty: it can. */
export function whyNotMake({ generate, bundles, models }: WhyNotMakeInput): string[] {
  const { diffusion, rule, latent, output, count } = generate;
  const whyNot = {
    rule: () => whyNotPattern(rule, output),
    latent: () => whyNotLatent(latent, output, models),
    diffusion: () => whyNotWords(generate, diffusion, bundles),
  };
  const reasons = whyNot[generate.kind]();
  if (!isWhole(count, 1, MOST_PICTURES)) reasons.push(t('generate.whyNot.count'));
  reasons.push(...whyNotName(output));
  if (!isWhole(output.quality, 1, 100)) reasons.push(t('restore.whyNot.quality'));
  return reasons;
}

function whyNotWords(
  { isSeedFixed, output }: GenerateSettings,
  { model, prompt, width, height, steps, guidance, seed }: PageWords,
  bundles: readonly BundleView[],
): string[] {
  const reasons: string[] = [];
  if (bundles.length === 0) reasons.push(t('generate.whyNot.noModel'));
  else if (!bundles.some(({ id }) => id === model)) reasons.push(t('generate.whyNot.chooseModel'));
  if (prompt.trim() === '') reasons.push(t('generate.whyNot.noPrompt'));
  if (![width, height].every((side) => isWhole(side, 64, 8192) && side % 8 === 0))
    reasons.push(t('generate.whyNot.side'));
  if (!isWhole(steps, 1, 1000)) reasons.push(t('generate.whyNot.steps'));
  if (!(guidance >= 0 && guidance <= 100)) reasons.push(t('generate.whyNot.guidance'));
  if (isSeedFixed && !isWhole(seed, 0, Number.MAX_SAFE_INTEGER)) reasons.push(t('generate.whyNot.seed'));
  if (output.format === 'svg') reasons.push(t('generate.whyNot.noSvg'));
  return reasons;
}

function whyNotPattern(
  { rule, settings, width, height, seed, picture }: PageRule,
  { format }: GenerateSettings['output'],
): string[] {
  const reasons: string[] = [];
  if (RULES[rule].needsPicture && !picture) reasons.push(t('generate.whyNot.noPicture'));
  if (![width, height].every((side) => isWhole(side, 16, 16_384)))
    reasons.push(t('generate.whyNot.ruleSide'));
  if (!isWhole(seed, 0, 2 ** 32 - 1)) reasons.push(t('generate.whyNot.seed'));
  if (format === 'svg' && whyNoVector(rule, settings)) reasons.push(t('generate.vectorNot'));
  return reasons;
}

function whyNotLatent(
  { model, seeds }: PageLatent,
  { format }: GenerateSettings['output'],
  models: WhyNotMakeInput['models'],
): string[] {
  const reasons: string[] = [];
  if (!isInstalled(models, model)) reasons.push(t('generate.whyNot.notInstalled'));
  if (!seeds.every(({ seed }) => isWhole(seed, 0, 2 ** 32 - 1))) reasons.push(t('generate.whyNot.seed'));
  if (format === 'svg') reasons.push(t('generate.whyNot.noSvg'));
  return reasons;
}

/** Why no clip of the way through the pins can be made now. */
export function whyNotWalk({ generate, models }: Pick<WhyNotMakeInput, 'generate' | 'models'>): string[] {
  const { latent, latentMore, output } = generate;
  const reasons = whyNotLatent(latent, { ...output, format: 'png' }, models);
  const { secondsEach } = latentMore;
  if (routeOf(latent).length < 2) reasons.push(t('generate.whyNot.onePlace'));
  else if (!(secondsEach >= 0.1 && secondsEach <= LONGEST_WAY))
    reasons.push(t('generate.whyNot.way', { most: LONGEST_WAY }));
  return [...reasons, ...whyNotName(output)];
}

/** Why no contact sheet can be made now. */
export function whyNotSheet({ generate, models }: Pick<WhyNotMakeInput, 'generate' | 'models'>): string[] {
  const { latent, latentMore, output } = generate;
  const reasons = whyNotLatent(latent, { ...output, format: 'png' }, models);
  if (![latentMore.columns, latentMore.rows].every((cells) => isWhole(cells, 1, MOST_CELLS)))
    reasons.push(t('generate.whyNot.cells', { most: MOST_CELLS }));
  return [...reasons, ...whyNotName(output)];
}

function whyNotName({ name }: GenerateSettings['output']): string[] {
  const problem = templateProblem(name, GENERATE_NAME_TOKENS);
  return problem ? [t('restore.whyNot.fileName', { problem })] : [];
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
