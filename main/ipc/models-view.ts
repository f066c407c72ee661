import type { ModelView } from '../../contract/views.ts';
import { CATALOGUE } from '../../models/catalogue/index.ts';
import type { Workshop } from '../jobs/workshop.ts';
import type { Devices } from './devices.ts';

/** Those that Gesso came with: a test says that each has its sample. Entries that users have added have none. */
const SAMPLED = new Set(CATALOGUE.map(({ id }) => id));

/** The catalogue as the page shows it: what is installed, how large, how fast on the device that would run it. */
export function viewModels({ library, store, settings }: Workshop, devices: Devices): ModelView[] {
  const likely = devices.of(settings.values.device);
  return library.list().map(({ entry, installed, bytes, fetched }) => {
    const speeds = store.speeds(entry.id);
    // Until an engine has said which devices `auto` tries, the fastest that is known.
    const device = (likely ?? [...speeds.keys()]).find((each) => speeds.has(each));
    const pixelsPerSecond = device === undefined ? undefined : speeds.get(device);
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
      ...(entry.nonCommercial && { nonCommercial: true }),
      installed: installed !== undefined,
      bundled: installed?.bundled ?? false,
      bytes,
      ...(fetched > 0 && { fetched }),
      ...(installed && { parameters: installed.descriptor.parameters }),
      ...(pixelsPerSecond !== undefined && { speed: pixelsPerSecond / 1e6 }),
      ...(installed && { source: installed.source, installedAt: installed.installedAt }),
      ...(SAMPLED.has(entry.id) && { hasSample: true }),
      ...(installed?.descriptor.latent?.conditions && {
        conditions: installed.descriptor.latent.conditions,
      }),
      ...(installed?.imported && { importedFrom: installed.imported.file }),
    };
  });
}
