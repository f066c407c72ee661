import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import { GessoError } from '../../contract/errors.ts';
import { writeWhole } from './write-whole.ts';

/** Where the data lies that was moved away from the platform's folder. */
const location = z.object({
  gesso: z.literal(1),
  root: z.string().min(1),
  /** Where it was before: still whole, and removed once the new place has opened. */
  old: z.string().min(1).optional(),
});
export type Location = z.infer<typeof location>;

/** The platform's own folder for data, which also says where else it is. */
export function platformFolder(): string {
  return envPaths('gesso', { suffix: '' }).data;
}

export const LOCATION_FILE = 'location.json';

/**
 * Where the data was moved to; undefined where it never was.
 * @throws GessoError output/denied where the file cannot be read: to begin anew would look like a loss of everything
 */
export function readLocation(platform: string): Location | undefined {
  const file = path.join(platform, LOCATION_FILE);
  if (!existsSync(file)) return undefined;
  try {
    return location.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new GessoError(
      'output/denied',
      `${file}, which says where Gesso keeps its data, cannot be read.`,
      'Mend it, or delete it to begin anew in that folder.',
      cause,
    );
  }
}

export function writeLocation(platform: string, { root, old }: Omit<Location, 'gesso'>): void {
  const file = path.join(platform, LOCATION_FILE);
  if (old === undefined && path.resolve(root) === path.resolve(platform)) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(platform, { recursive: true });
  writeWhole(file, `${JSON.stringify({ gesso: 1, root, ...(old !== undefined && { old }) }, null, 2)}\n`);
}
