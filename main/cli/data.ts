import { dataBytes, moveData } from '../jobs/move-data.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { onInterrupt } from './run-job.ts';

/** `gesso data show` */
export async function showData({ folder }: Workshop, json: boolean): Promise<void> {
  const { root, isFixed } = folder;
  const bytes = await dataBytes(folder);
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: 'data', folder: root, bytes, fixed: isFixed })}\n`
      : `${root}\t${(bytes / 1e6).toFixed(1)} MB${isFixed ? '\tnamed by GESSO_HOME' : ''}\n`,
  );
}

/** `gesso data move`: the next start uses the new place, and removes the old copy. */
export async function moveTo(workshop: Workshop, target: string, json: boolean): Promise<void> {
  const { folder, store } = workshop;
  let told = -1;
  await moveData({
    folder,
    store,
    target,
    signal: onInterrupt(workshop),
    onProgress(fraction) {
      const tenths = Math.floor(fraction * 10);
      if (tenths === told) return;
      told = tenths;
      process.stderr.write(`Copying and checking: ${tenths * 10} %\n`);
    },
  });
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: 'moved', from: folder.root, folder: target })}\n`
      : `Gesso's data is in ${target}; the old copy goes with the next start.\n`,
  );
}
