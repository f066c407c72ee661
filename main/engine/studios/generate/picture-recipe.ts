import { open } from 'node:fs/promises';
import path from 'node:path';
import { readPngTexts } from '../../media/png-text.ts';
import { probe } from '../../media/probe.ts';
import { recipeIn } from '../../media/xmp.ts';
import type { Params, Result } from '../../protocol/methods.ts';
import { parseParameters } from './parse-parameters.ts';

/** An SVG of ours says how it was made before it draws anything. */
const SVG_HEAD = 2 ** 18;

/**
 * What a picture file says of how it was made: the recipe in its XMP, or the settings that other programs write into a
 * PNG; neither of most files.
 * @throws GessoError input/unreadable, input/unsupported
 */
export async function pictureRecipe({ file }: Params<'picture.recipe'>): Promise<Result<'picture.recipe'>> {
  if (path.extname(file).toLowerCase() === '.svg') {
    const recipe = recipeIn(await headOf(file));
    return recipe === undefined ? {} : { recipe };
  }
  const { xmp, format } = await probe(file);
  const recipe = xmp === undefined ? undefined : recipeIn(xmp);
  if (recipe !== undefined) return { recipe };
  const { parameters } = format === 'png' ? await readPngTexts(file) : {};
  return parameters === undefined ? {} : { told: parseParameters(parameters) };
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SVG_HEAD), 0, SVG_HEAD, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
