import type { Params, Result } from '../../protocol/methods.ts';
import { countTokens } from './prompt.ts';
import { readTokenizer } from './read-tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

/** One asks about the same model with every word that is typed; reading its tokenizer takes a tenth of a second. */
let latest: { folder: string; tokenizer: Promise<Tokenizer> } | undefined;

/**
 * Counts the tokens of prompts as they are run, brackets and weights left out.
 * @throws GessoError model/missing, model/broken
 */
export async function countPrompts({
  folder,
  texts,
}: Params<'generate.countTokens'>): Promise<Result<'generate.countTokens'>> {
  if (latest?.folder !== folder) latest = { folder, tokenizer: readTokenizer(folder) };
  const { tokenizer } = latest;
  try {
    const read = await tokenizer;
    return texts.map((text) => countTokens(text, read));
  } catch (thrown) {
    // The folder may be whole again later.
    if (latest?.tokenizer === tokenizer) latest = undefined;
    throw thrown;
  }
}
