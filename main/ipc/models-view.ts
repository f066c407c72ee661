import type { ModelView } from '../../contract/views.ts';
import type { Workshop } from '../jobs/workshop.ts';

/** The catalogue as the page shows it: what is installed, how large, how fast. */
export function viewModels({ library, store }: Workshop): ModelView[] {
  return library.list().map(({ entry, installed, bytes }) => {
    // The fastest that is known: `auto` tries the fast devices first.
    const [pixelsPerSecond] = store.speeds(entry.id).values();
    return {
      id: entry.id,
      name: entry.name,
      task: entry.task,
      scale: entry.scale,
      family: entry.family,
      character: entry.character,
      goodFor: entry.goodFor,
      authors: entry.authors,
      licence: entry.licence,
      installed: installed !== undefined,
      bundled: installed?.bundled ?? false,
      bytes,
      ...(installed && { parameters: installed.descriptor.parameters }),
      ...(pixelsPerSecond !== undefined && { speed: pixelsPerSecond / 1e6 }),
    };
  });
}
