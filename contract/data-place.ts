import { z } from 'zod';

/** Where Gesso's own data lies, for reading: its folder's name, never its path. */
export const dataPlace = z.object({
  name: z.string(),
  bytes: z.number().nonnegative(),
  /** The environment names the folder, so that it cannot be moved from within. */
  isFixed: z.boolean(),
  /** `moved`: the copy is whole; the next start uses it. */
  state: z.enum(['here', 'moving', 'moved']),
});
export type DataPlaceView = z.infer<typeof dataPlace>;
