import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type AnyRecipe, type ClipRecipe, clipRecipe } from '../../contract/clip-recipe.ts';
import { GessoError } from '../../contract/errors.ts';
import { type GenerateRecipe, generateRecipe } from '../../contract/generate-recipe.ts';
import { learnRecipe } from '../../contract/learn-step.ts';
import { type Recipe, recipe } from '../../contract/recipe.ts';
import { type StyleRecipe, styleRecipe } from '../../contract/style-recipe.ts';

/** What a recipe is called as a file, so that a drop on the window is known for one. */
export const RECIPE_EXTENSION = '.gesso.json';

/** A recipe is a few hundred bytes. */
const MOST_BYTES = 100_000;

const anyVersion = z.object({ gesso: z.number().int() });
const ofStyle = z.object({ steps: z.array(z.object({ studio: z.literal('style') })).min(1) });
const ofLearning = z.object({ steps: z.tuple([z.object({ studio: z.literal('learn') })]) });
const ofGenerate = z.object({ steps: z.tuple([z.object({ studio: z.literal('generate') })]) });
const ofClip = z.object({ steps: z.tuple([z.object({ studio: z.literal('interpolate') })]) });

export function isRecipeFile(file: string): boolean {
  return file.toLowerCase().endsWith(RECIPE_EXTENSION);
}

/** @throws GessoError recipe/invalid; `name` says in it what was read */
function parseRecipe(text: string, name: string): Recipe {
  return parseAs(recipe, text, name);
}

/** As `parseRecipe`, of a recipe for clips. @throws GessoError recipe/invalid */
function parseClipRecipe(text: string, name: string): ClipRecipe {
  return parseAs(clipRecipe, text, name);
}

function parseAs<S extends z.ZodType>(schema: S, text: string, name: string): z.output<S> {
  const raw = parseJson(text, name);
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') || 'the recipe';
  throw new GessoError(
    'recipe/invalid',
    `${name} is not a recipe that can be used: ${field}: ${issue?.message ?? 'invalid'}.`,
    'Correct that value in the file, or export the recipe again.',
    parsed.error,
  );
}

function parseJson(text: string, name: string): unknown {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (cause) {
    const what = `${name} is not a recipe: ${(cause as Error).message}`;
    throw new GessoError('recipe/invalid', what, 'A recipe is a JSON file; export one from a preset.', cause);
  }
  const version = anyVersion.safeParse(raw).data?.gesso;
  if (version !== undefined && version > 1)
    throw new GessoError(
      'recipe/invalid',
      `${name} is a recipe of version ${version}; this Gesso knows version 1.`,
      'Update Gesso, or export the recipe again from the version that you have.',
    );
  return raw;
}

/** @throws GessoError recipe/invalid, input/unreadable */
export async function readRecipe(file: string): Promise<Recipe> {
  return parseRecipe(await readText(file), path.basename(file));
}

/** @throws GessoError recipe/invalid, input/unreadable */
export async function readStyleRecipe(file: string): Promise<StyleRecipe> {
  return parseAs(styleRecipe, await readText(file), path.basename(file));
}

/** @throws GessoError recipe/invalid, input/unreadable */
export async function readClipRecipe(file: string): Promise<ClipRecipe> {
  return parseClipRecipe(await readText(file), path.basename(file));
}

/** @throws GessoError recipe/invalid, input/unreadable */
export async function readGenerateRecipe(file: string): Promise<GenerateRecipe> {
  return parseAs(generateRecipe, await readText(file), path.basename(file));
}

/** A recipe for pictures or for clips, whichever it is. @throws GessoError recipe/invalid, input/unreadable */
export async function readAnyRecipe(file: string): Promise<AnyRecipe> {
  return parseAnyRecipe(await readText(file), path.basename(file));
}

/** As `parseRecipe`, of a recipe for pictures or for clips. @throws GessoError recipe/invalid */
export function parseAnyRecipe(text: string, name: string): AnyRecipe {
  const raw = parseJson(text, name);
  if (ofStyle.safeParse(raw).success) return parseAs(styleRecipe, text, name);
  if (ofGenerate.safeParse(raw).success) return parseAs(generateRecipe, text, name);
  if (ofLearning.safeParse(raw).success) return parseAs(learnRecipe, text, name);
  const isClip = ofClip.safeParse(raw).success;
  return isClip ? parseClipRecipe(text, name) : parseRecipe(text, name);
}

async function readText(file: string): Promise<string> {
  const name = path.basename(file);
  try {
    if ((await stat(file)).size > MOST_BYTES)
      throw new GessoError('recipe/invalid', `${name} is too large to be a recipe.`, 'Choose another file.');
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof GessoError) throw cause;
    throw new GessoError(
      'input/unreadable',
      `Couldn't read ${name}.`,
      'Look whether it is still there.',
      cause,
    );
  }
}

/** A recipe as a file for people: indented, with a line at its end. */
export function recipeText(written: AnyRecipe): string {
  return `${JSON.stringify(written, null, 2)}\n`;
}
