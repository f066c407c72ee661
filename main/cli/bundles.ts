import { statSync } from 'node:fs';
import path from 'node:path';
import type { BundleWishes, ImportedBundle } from '../../models/library/bundle-library.ts';
import type { InstalledBundle } from '../../models/library/bundles.ts';
import { hubModelOf } from '../../models/library/fetch/hub-model.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { InstallProgress } from './install-progress.ts';

const print = (record: object) => process.stdout.write(`${JSON.stringify(record)}\n`);

const FAMILIES = {
  sd1: 'Stable Diffusion 1.x',
  sd2: 'Stable Diffusion 2.x',
  sdxl: 'Stable Diffusion XL',
} as const;

/** Takes in a diffusion model, of this disk or of a repository on Hugging Face, and says how far it is. */
export async function importBundle(
  workshop: Workshop,
  source: string,
  wishes: BundleWishes,
  signal: AbortSignal,
): Promise<ImportedBundle> {
  const progress = new InstallProgress(path.basename(source));
  try {
    const hub = hubModelOf(source);
    const imported = hub
      ? await workshop.bundles.importFromHub(hub, wishes, { signal, onProgress: (p) => progress.update(p) })
      : await workshop.bundles.import(source, wishes, {
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

/** The same for `gesso models import`, with what it is on stdout. */
export async function importAndTell(
  workshop: Workshop,
  source: string,
  wishes: BundleWishes,
  json: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { bundle, isNew } = await importBundle(workshop, source, wishes, signal);
  if (json) print({ event: 'imported', isNew, ...bundle });
  else process.stdout.write(`${linesOf(bundle).join('\n')}\n`);
}

/** Whether it can only be a diffusion model: no other comes as a folder. */
export function isModelFolder(source: string): boolean {
  return statSync(source, { throwIfNoEntry: false })?.isDirectory() === true;
}

export function listBundles({ bundles }: Workshop, json: boolean): void {
  for (const { id, family, licence, bytes } of bundles.list()) {
    if (json) print({ event: 'model', id, installed: true, task: 'diffusion', family, licence, bytes });
    else
      process.stdout.write(
        `* ${id.padEnd(26)} ${`${(bytes / 1e6).toFixed(1)} MB`.padStart(13)}  ${licence}  ${FAMILIES[family]}, imported\n`,
      );
  }
}

/** @returns whether there is one of that name */
export function infoOfBundle({ bundles }: Workshop, id: string, json: boolean): boolean {
  const bundle = bundles.get(id);
  if (!bundle) return false;
  if (json) print({ event: 'model', installed: true, task: 'diffusion', ...bundle });
  else process.stdout.write(`${linesOf(bundle).join('\n')}\n`);
  return true;
}

function linesOf(bundle: InstalledBundle): string[] {
  const { scheduler, inputChannels, nativeSize, parameters, bytes, licence, imported } = bundle;
  return [
    `${bundle.name} (${bundle.id}): ${FAMILIES[bundle.family]}${inputChannels === 9 ? ', for filling in' : ''}`,
    `${parameters} parameters, ${(bytes / 1e6).toFixed(1)} MB, made for ${nativeSize} x ${nativeSize} pixels`,
    `It foretells ${scheduler.prediction_type === 'v_prediction' ? 'v' : 'noise'}${scheduler.rescale_betas_zero_snr === true ? ', with zero terminal SNR' : ''}; say otherwise with --prediction and --zero-snr when you import it`,
    `Licence: ${licence}. From ${imported.from}`,
  ];
}
