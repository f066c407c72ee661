import { madeWith } from '../../media/made-with.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import { parseParameters } from './parse-parameters.ts';

/**
 * What a picture file says of how it was made: the recipe in its XMP, or the settings that other programs write;
 * neither of most files.
 * @throws GessoError input/unreadable, input/unsupported
 */
export async function pictureRecipe({ file }: Params<'picture.recipe'>): Promise<Result<'picture.recipe'>> {
  const { recipe, parameters } = await madeWith(file);
  return {
    ...(recipe !== undefined && { recipe }),
    ...(parameters !== undefined && { parameters, told: parseParameters(parameters) }),
  };
}
