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
