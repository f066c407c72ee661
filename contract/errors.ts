/**
 * Every failure a user can meet, in one table. A `code` is stable and crosses processes; the message says what
 * happened and to which file, the hint says what to do next. Nothing matches on message text.
 */
export const ERROR_CODES = [
  'input/unreadable', // missing, empty, truncated, corrupt, no permission
  'input/unsupported', // a kind of file that Gesso does not read
  'input/too-large', // past a limit of the reader, of the machine or of the output format
  'model/missing',
  'model/unknown-architecture',
  'model/broken',
  'model/unsafe',
  'model/hash-mismatch',
  'model/fetch-failed',
  'device/unavailable',
  'device/out-of-memory',
  'engine/crashed',
  'job/cancelled',
  'job/missing',
  'output/exists',
  'output/no-space',
  'output/denied',
  'output/unsupported', // the format cannot hold the result
  'project/broken', // no project, damaged, or of a newer version
  'recipe/invalid',
  'usage/invalid',
  'app/busy', // has to wait for something else to end
  'internal/bug', // never expected; carries its cause
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What of an error crosses a process boundary, is stored in the queue and is printed by `--json`. */
export interface ErrorRecord {
  code: ErrorCode;
  message: string;
  hint: string;
}

/** The one error class of Gesso: expected failures carry their own code, bugs are wrapped as `internal/bug`. */
export class GessoError extends Error {
  override readonly name = 'GessoError';
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }

  toRecord(): ErrorRecord {
    return { code: this.code, message: this.message, hint: this.hint };
  }

  static fromRecord(record: ErrorRecord): GessoError {
    return new GessoError(record.code, record.message, record.hint);
  }

  /** Turns anything thrown into a GessoError; what is not one already is a bug and says so. */
  static from(thrown: unknown): GessoError {
    if (thrown instanceof GessoError) return thrown;
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new GessoError(
      'internal/bug',
      `Something unexpected went wrong: ${message}`,
      'Try again. If it happens again, report it with the log from the data folder.',
      thrown,
    );
  }
}

export function cancelled(what: string): GessoError {
  return new GessoError('job/cancelled', `${what} was cancelled.`, 'Resume the job to go on with it.');
}

export function isCancelled(thrown: unknown): boolean {
  return thrown instanceof GessoError && thrown.code === 'job/cancelled';
}

/** One wording for every bad value: what was expected, of which field, and what came instead. */
export function expected(what: string, field: string, received: unknown): string {
  const shown = typeof received === 'string' ? `"${received}"` : JSON.stringify(received);
  return `Expected ${what} for ${field}, but received ${shown ?? String(received)}.`;
}
