import type { DeviceChoice } from '../../../../../contract/recipe.ts';
import type { SessionThread } from '../../../inference/sessions.ts';
import { type BundleFiles, BundleNetworks } from './networks.ts';

let kept: { key: string; networks: BundleNetworks } | undefined;

/**
 * The networks that the last picture was made with, where the next one is made with the same: opening a U-Net takes
 * longer than several of its steps. Others are closed first.
 */
export async function networksFor(
  files: BundleFiles,
  sessions: SessionThread,
  choice: DeviceChoice,
): Promise<BundleNetworks> {
  const key = JSON.stringify([files.folder, files.vaeFolder, files.bundle.installedAt, choice]);
  if (kept?.key === key) return kept.networks;
  await letGo();
  const networks = new BundleNetworks(files, sessions, choice);
  kept = { key, networks };
  return networks;
}

/** Closes what is kept: something else needs the memory. */
export async function letGo(): Promise<void> {
  const last = kept;
  kept = undefined;
  await last?.networks.close();
}
