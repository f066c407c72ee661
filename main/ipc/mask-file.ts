import { statSync } from 'node:fs';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import { hasPictureName } from '../jobs/picture-files.ts';

/**
 * The one picture among dropped or chosen files that is a mask. Said at once: a training would only say so when its
 * turn comes.
 * @throws GessoError input/unsupported
 */
export function maskFile(paths: readonly string[]): string {
  const [file, ...others] = paths;
  const isPicture =
    file !== undefined && hasPictureName(file) && statSync(file, { throwIfNoEntry: false })?.isFile();
  if (isPicture && others.length === 0) return file;
  throw new GessoError(
    'input/unsupported',
    others.length > 0
      ? `${paths.length} files are no mask.`
      : `${path.basename(file ?? '')} is not a picture that can be a mask.`,
    'Choose one picture, white where dust and scratches are.',
  );
}
