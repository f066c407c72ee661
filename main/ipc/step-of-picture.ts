import path from 'node:path';
import { isGenerateRecipe } from '../../contract/clip-recipe.ts';
import type { GenerateStep } from '../../contract/generate-recipe.ts';
import { type PageStep, pageStep } from '../../contract/generate-settings.ts';
import type { Result } from '../engine/protocol/methods.ts';
import { parseAnyRecipe } from '../jobs/recipe-file.ts';
import type { Workshop } from '../jobs/workshop.ts';
import type { ChosenFiles } from './chosen-files.ts';
import { toPageStep } from './page-step.ts';

interface ToldStep {
  readonly step: PageStep;
  /** Names of files that it wants and which nobody knows here: they are left out. */
  readonly missing: string[];
}

/**
 * What a picture or a clip says of how it was made, as settings; undefined: it says nothing that Generate could do.
 * @throws GessoError input/unreadable, input/unsupported
 */
export async function stepOfPicture(
  file: string,
  { pictures, bundles }: Pick<Workshop, 'pictures' | 'bundles'>,
  files: ChosenFiles,
): Promise<ToldStep | undefined> {
  const { recipe, told } = await pictures.call('picture.recipe', { file });
  if (recipe !== undefined) return stepOfRecipe(recipe, path.basename(file), files);
  return told && stepOfTold(told, bundles.list());
}

function stepOfRecipe(text: string, name: string, files: ChosenFiles): ToldStep | undefined {
  let step: GenerateStep;
  try {
    const recipe = parseAnyRecipe(text, name);
    if (!isGenerateRecipe(recipe)) return undefined;
    [step] = recipe.steps;
  } catch {
    // Of a version that is not known, or of somebody else's: it is a picture like any other.
    return undefined;
  }
  const missing: string[] = [];
  // A picture tells the names of files, not where they lie.
  const find = (wanted: string): string | undefined => {
    const found = files.find(wanted);
    if (found === undefined) missing.push(wanted);
    return found;
  };
  if (step.kind === 'rule') {
    const { picture, palette, ...rest } = step;
    const own = picture === undefined ? undefined : find(picture);
    const ofPalette = palette && 'picture' in palette ? find(palette.picture) : undefined;
    const colours = palette && 'picture' in palette ? ofPalette && { picture: ofPalette } : palette;
    const known = { ...rest, ...(own && { picture: own }), ...(colours && { palette: colours }) };
    return { step: toPageStep(known, files), missing };
  }
  if (step.kind === 'latent') return { step: toPageStep(step, files), missing };
  const { vae, mask: _, ...rest } = step;
  const ownVae = vae === undefined ? undefined : find(vae);
  const known = {
    ...rest,
    loras: step.loras.flatMap(({ file, weight }) => {
      const found = find(file);
      return found === undefined ? [] : [{ file: found, weight }];
    }),
    embeddings: step.embeddings.flatMap((file) => find(file) ?? []),
    ...(ownVae && { vae: ownVae }),
  };
  return { step: toPageStep(known, files), missing };
}

type Told = NonNullable<Result<'picture.recipe'>['told']>;
type Bundles = ReturnType<Workshop['bundles']['list']>;

/** What another program says; its model is found by its hash or its name, where it is here. */
function stepOfTold({ model, modelHash, ...told }: Told, bundles: Bundles): ToldStep | undefined {
  const found =
    bundles.find(({ imported }) => modelHash !== undefined && imported.sha256.startsWith(modelHash)) ??
    bundles.find(({ name, id }) => name === model || id === model);
  const step = pageStep.safeParse({
    ...{ studio: 'generate', kind: 'diffusion', width: 512, height: 512, loras: [], embeddings: [] },
    ...told,
    ...(found && { model: found.id }),
  });
  return step.success ? { step: step.data, missing: [] } : undefined;
}
