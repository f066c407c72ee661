import path from 'node:path';
import type { BundleWishes, ImportedBundle } from '../../models/library/bundle-library.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { InstallProgress } from './install-progress.ts';

/** Takes in a diffusion model and says how far it is. */
export async function importBundle(
  workshop: Workshop,
  source: string,
  wishes: BundleWishes,
  signal: AbortSignal,
): Promise<ImportedBundle> {
  const progress = new InstallProgress(path.basename(source));
  try {
    const imported = await workshop.bundles.import(source, wishes, {
      signal,
      onProgress: (fraction) => progress.update({ phase: 'convert', fraction }),
    });
    const { id } = imported.bundle;
    progress.end(imported.isNew ? `imported as ${id}` : `is there already as ${id}`);
    return imported;
  } catch (cause) {
    progress.end('not imported');
    throw cause;
  }
}
