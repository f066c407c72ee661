import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type CatalogueEntry, catalogueEntry } from '../../contract/descriptor.ts';
import { GessoError } from '../../contract/errors.ts';

const listed = catalogueEntry.refine((entry) => entry.sources.length > 0, 'a model needs a source');
const list = z.object({ gesso: z.literal(1), models: z.array(listed) });

/**
 * Reads the text of a catalogue file: one entry, or `{ "gesso": 1, "models": [...] }`.
 * @throws GessoError input/unsupported, with the place of the first mistake
 */
export function parseCatalogue(text: string, file: string): CatalogueEntry[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw bad(file, 'it is not valid JSON', cause);
  }
  const isList = typeof json === 'object' && json !== null && 'models' in json;
  const parsed = isList ? list.safeParse(json) : listed.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw bad(file, `${issue?.path.join('.') || 'the entry'}: ${issue?.message}`, parsed.error);
  }
  return 'models' in parsed.data ? parsed.data.models : [parsed.data];
}

/** The entries of all files of a folder; a file that cannot be read adds none. */
export function readCatalogues(folder: string): CatalogueEntry[] {
  const entries = new Map<string, CatalogueEntry>();
  for (const name of filesIn(folder)) {
    try {
      const file = path.join(folder, name);
      for (const entry of parseCatalogue(readFileSync(file, 'utf8'), file)) entries.set(entry.id, entry);
    } catch {
      // It was whole when it was added; `gesso models catalogue` says what is wrong with it now.
    }
  }
  return [...entries.values()];
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .toSorted();
  } catch {
    return [];
  }
}

function bad(file: string, why: string, cause: unknown): GessoError {
  return new GessoError(
    'input/unsupported',
    `${file} is not a catalogue of models: ${why}.`,
    'See docs/models.md for the form of an entry.',
    cause,
  );
}
