import type { ZodError } from 'zod';
import type { DiffusionStep } from '../../contract/diffusion-step.ts';
import { GessoError } from '../../contract/errors.ts';
import type { GenerateStep } from '../../contract/generate-recipe.ts';
import type { ChosenFile, PageStep } from '../../contract/generate-settings.ts';
import { latentStep } from '../../contract/latent-step.ts';
import { ruleStep } from '../../contract/rules.ts';

/** Files by the ids that the page knows. */
export interface Files {
  of(file: string): ChosenFile;
  /** @throws GessoError usage/invalid */
  path(file: ChosenFile): string;
}

/** What is said of one picture alone. */
interface Begun {
  seed?: number;
  mask?: string | undefined;
  /** It begins with a picture. */
  hasInput?: boolean;
}

/**
 * What the page says as a step of a recipe. What goes with a picture to begin with is left out where there is none; the
 * size is then the picture's own.
 * @throws GessoError usage/invalid without a model, or for a file that is not known any more; recipe/invalid for a
 *   pattern whose picture is missing
 */
export function recipeStep(step: PageStep, files: Files, { seed, mask, hasInput }: Begun = {}): GenerateStep {
  if (step.kind === 'rule') {
    const { palette, picture, ...rest } = step;
    const made = ruleStep.safeParse({
      ...rest,
      ...(seed !== undefined && { seed }),
      ...(picture && { picture: files.path(picture) }),
      ...(palette && {
        palette: 'picture' in palette ? { picture: files.path(palette.picture) } : palette,
      }),
    });
    if (made.success) return made.data;
    throw notMade(made.error);
  }
  if (step.kind === 'latent') {
    const made = latentStep.safeParse(step);
    if (made.success) return made.data;
    throw notMade(made.error);
  }
  const { model, vae, loras, embeddings, outpaint, width, height, ...rest } = step;
  if (model === undefined)
    throw new GessoError('usage/invalid', 'No diffusion model is chosen.', 'Import one that you own first.');
  return {
    ...rest,
    model,
    ...(seed !== undefined && { seed }),
    loras: loras.map(({ file, weight }) => ({ file: files.path(file), weight })),
    embeddings: embeddings.map((file) => files.path(file)),
    ...(vae && { vae: files.path(vae) }),
    ...(hasInput
      ? { ...(outpaint && { outpaint }), ...(mask !== undefined && { mask }) }
      : { width, height }),
  };
}

function notMade({ issues: [issue] }: ZodError): GessoError {
  return new GessoError('recipe/invalid', `This cannot be made: ${issue?.message}.`, 'Correct that setting.');
}

/** What the size of a picture was, where its step leaves it to the model or to the picture that it begins with. */
export interface MadeSize {
  width?: number | undefined;
  height?: number | undefined;
}

/** A recipe's step as the page may know it. @param size of the picture that it made, pixels */
export function toPageStep(step: GenerateStep, files: Files, size: MadeSize = {}): PageStep {
  if (step.kind === 'rule') {
    const { palette, picture, ...rest } = step;
    return {
      ...rest,
      ...(picture !== undefined && { picture: files.of(picture) }),
      ...(palette && { palette: 'picture' in palette ? { picture: files.of(palette.picture) } : palette }),
    };
  }
  if (step.kind === 'latent') return step;
  const { vae, loras, embeddings, mask: _, ...rest } = step;
  return {
    ...rest,
    width: sideOf(step.width ?? size.width),
    height: sideOf(step.height ?? size.height),
    loras: loras.map(({ file, weight }) => ({ file: files.of(file), weight })),
    embeddings: embeddings.map((file) => files.of(file)),
    ...(vae !== undefined && { vae: files.of(vae) }),
  };
}

const USUAL: NonNullable<DiffusionStep['width']> = 512;

/** A size that a diffusion model takes. */
function sideOf(pixels: number | undefined): number {
  return pixels === undefined ? USUAL : Math.min(8192, Math.max(64, Math.round(pixels / 8) * 8));
}
