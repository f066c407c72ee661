import { z } from 'zod';
import { modelId } from './descriptor.ts';
import { diffusionStep, MOST_LORAS } from './diffusion-step.ts';
import { generateOutput, MOST_PICTURES } from './generate-recipe.ts';
import { latentStep } from './latent-step.ts';
import { opaqueId } from './opaque-id.ts';
import { HARMONIES } from './rule-list.ts';
import { rulePalette, ruleStep } from './rules.ts';

/** A file that the user chose, as the page may know it. */
export const chosenFile = z.strictObject({ id: opaqueId, name: z.string() });
export type ChosenFile = z.infer<typeof chosenFile>;

const { width, height } = diffusionStep.shape;

/** As `diffusionStep`, but with ids in the place of files, and before a model need be there. */
const pageWords = diffusionStep.omit({ mask: true }).extend({
  model: modelId.optional(),
  width: width.unwrap(),
  height: height.unwrap(),
  loras: z.array(z.strictObject({ file: chosenFile, weight: z.number().min(-10).max(10) })).max(MOST_LORAS),
  vae: chosenFile.optional(),
  embeddings: z.array(chosenFile).max(64),
});
export type PageWords = z.infer<typeof pageWords>;

const of = ruleStep.shape;
const [, , colours] = rulePalette.options;
const pagePalette = z.union([
  z.strictObject({ picture: chosenFile }),
  z.strictObject({ harmony: z.enum(HARMONIES) }),
  colours,
]);
export type PagePalette = z.infer<typeof pagePalette>;

/** As `ruleStep`, with ids in the place of files; the picture that a rule needs may still be missing. */
export const pageRule = z.strictObject({
  studio: of.studio,
  kind: of.kind,
  rule: of.rule,
  settings: of.settings,
  seed: of.seed,
  width: of.width,
  height: of.height,
  palette: pagePalette.optional(),
  picture: chosenFile.optional(),
});
export type PageRule = z.infer<typeof pageRule>;

const ofLatent = latentStep.shape;

/** As `latentStep`. */
export const pageLatent = z.strictObject({
  studio: ofLatent.studio,
  kind: ofLatent.kind,
  model: ofLatent.model,
  /** The corners of the pad. */
  seeds: ofLatent.seeds,
  picture: ofLatent.picture,
  spread: ofLatent.spread,
  truncation: ofLatent.truncation,
  condition: ofLatent.condition,
  /** Of what is made, never of what the inspector says. */
  sheet: ofLatent.sheet,
  walk: ofLatent.walk,
  /** Places that are kept on the pad. */
  pins: ofLatent.pins,
});
export type PageLatent = z.infer<typeof pageLatent>;

/** What a picture is made by, as the page says it. */
export const pageStep = z.discriminatedUnion('kind', [pageWords, pageRule, pageLatent]);
export type PageStep = z.infer<typeof pageStep>;

/** The one that the next ones count on from; of several that are mixed, the first. */
export function firstSeed(step: PageStep): number {
  return step.kind === 'latent' ? (step.seeds[0]?.seed ?? 0) : step.seed;
}

/** Ways to make pictures, by the kinds of steps. */
export const GENERATE_KINDS = ['diffusion', 'rule', 'latent'] as const;

/** Clips that the window makes of walks. */
export const WALK_CLIPS = ['mp4', 'webm'] as const;
/** Longest way between two pins, seconds. */
export const LONGEST_WAY = 300;
/** Of a contact sheet of the window, each way. */
export const MOST_CELLS = 16;

/** What else is made of a latent space: walks and contact sheets. */
const latentMore = z.strictObject({
  /** From one pin to the next. */
  secondsEach: z.number().min(0.1).max(LONGEST_WAY),
  loops: z.boolean(),
  clip: z.enum(WALK_CLIPS),
  columns: z.number().int().min(1).max(MOST_CELLS),
  rows: z.number().int().min(1).max(MOST_CELLS),
  /** A sheet shows what lies near the place; else any seeds. */
  isNear: z.boolean(),
});
export const FIRST_LATENT_MORE: z.infer<typeof latentMore> = {
  ...{ secondsEach: 2, loops: true, clip: 'mp4', columns: 4, rows: 3, isNear: true },
};

/** What the inspector of Generate decides. */
export const generateSettings = z.strictObject({
  kind: z.enum(GENERATE_KINDS),
  diffusion: pageWords,
  rule: pageRule,
  latent: pageLatent,
  latentMore: latentMore.default(FIRST_LATENT_MORE),
  /** The seed stays; else each press of the button draws another one. */
  isSeedFixed: z.boolean(),
  /** Pictures that the button asks for. */
  count: z.number().int().min(1).max(MOST_PICTURES),
  output: generateOutput,
  /** Left out: where the settings say. */
  folder: z.strictObject({ id: opaqueId, name: z.string() }).optional(),
});
export type GenerateSettings = z.infer<typeof generateSettings>;
