import type { DiffusionBundle, DiffusionWishes } from '../../contract/bundle.ts';

/** What of a bundle its tensors and configs say. */
export type BundleFacts = Omit<
  DiffusionBundle,
  'gesso' | 'id' | 'name' | 'files' | 'bytes' | 'imported' | 'licence' | 'installedAt'
> & { format: DiffusionBundle['imported']['format']; sha256: string };

export interface BundleRequest {
  /** A folder as diffusers saves it, or a single file. */
  readonly source: string;
  readonly wishes: DiffusionWishes;
  /** Where the bundle's files are written; made if it is missing. */
  readonly outFolder: string;
  /** A folder with CLIP's own vocab.json and merges.txt, for a model that brings none. */
  readonly vocabulary: string | undefined;
  readonly onProgress?: (fraction: number) => void;
  readonly checkpoint?: () => void;
}
