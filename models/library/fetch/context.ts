import type { FreeBytes } from './space.ts';

/** What a fetch is given besides its source. */
export interface FetchContext {
  /** Where archives are kept between installs: several models share one wheel. */
  readonly folder: string;
  /** A folder with archives fetched earlier; what is there is used after the same hash check. */
  readonly local?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly freeBytes?: FreeBytes | undefined;
}
