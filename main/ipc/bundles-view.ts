import type { BundleView } from '../../contract/made.ts';
import type { Workshop } from '../jobs/workshop.ts';

/** The diffusion models that are installed, as the page shows them. */
export function viewBundles({ bundles }: Pick<Workshop, 'bundles'>): BundleView[] {
  return bundles.list().map(({ id, name, family, nativeSize, bytes, inputChannels }) => ({
    ...{ id, name, family, nativeSize, bytes },
    fillsIn: inputChannels === 9,
  }));
}
