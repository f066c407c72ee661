import { GessoError } from '../contract/errors.ts';

/** The one wording for a model file that is not what it says. */
export function brokenModel(file: string, why: string, cause?: unknown): GessoError {
  return new GessoError(
    'model/broken',
    `${file} is damaged or is not what it says: ${why}.`,
    'Fetch the model again; if it came from elsewhere, get a fresh copy from its author.',
    cause,
  );
}

/** The one wording for a model that may well be fine but uses what Gesso does not read. */
export function unknownModel(file: string, what: string): GessoError {
  return new GessoError(
    'model/unknown-architecture',
    `${file} uses ${what}, which Gesso does not read.`,
    'Choose a model of the catalogue, or another file of the same model in a format that Gesso lists.',
  );
}

/** What the file system refuses has codes of its own; everything else comes back as it was. */
export function diskError(thrown: unknown, folder: string): unknown {
  switch ((thrown as NodeJS.ErrnoException)?.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new GessoError(
        'output/no-space',
        `The disk of ${folder} is full.`,
        'Free some space, then try again.',
        thrown,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new GessoError(
        'output/denied',
        `Gesso may not write to ${folder}.`,
        'Change the permissions of that folder, or set GESSO_HOME to another one.',
        thrown,
      );
    default:
      return thrown;
  }
}
