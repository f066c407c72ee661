import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import { GessoError } from '../../contract/errors.ts';

/** What libsql says while another process holds the file. */
function isBusy(cause: unknown): boolean {
  return (cause as { code?: unknown }).code === 'SQLITE_BUSY';
}

export type SqlValue = string | number | bigint | null;
export type SqlRow = Record<string, SqlValue>;

/**
 * The one way to the SQLite file. libsql ends the whole process when a boolean or a lone Buffer is bound, so every
 * value is checked here first; `.get()` adds `_metadata`, so every read goes through `.all()`.
 */
export class Sql {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  /** @param patience how long to wait for another process's lock, milliseconds */
  constructor(
    file: string,
    private readonly patience = 10_000,
  ) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.#db = new Database(file);
    try {
      this.#db.exec(`PRAGMA busy_timeout = ${patience}`);
      // FULL: what the ledger says has happened must have reached the disk before a rename relies on it.
      this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    } catch (cause) {
      this.#db.close();
      if (!isBusy(cause)) throw cause;
      throw new GessoError(
        'app/busy',
        'Another Gesso is moving the data, or waits to be restarted after that.',
        'Let it finish, or restart it.',
        cause,
      );
    }
  }

  /**
   * Keeps every other process out of the file until `share` or the end of this process.
   * @returns false where another process has it open
   */
  holdAlone(): boolean {
    this.#statements.clear();
    try {
      // Leaving the write-ahead log takes that nobody else is there.
      this.#db.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE');
      this.#db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
      return true;
    } catch (cause) {
      this.share();
      if (isBusy(cause)) return false;
      throw cause;
    }
  }

  share(): void {
    this.#db.exec(
      `PRAGMA locking_mode = NORMAL; PRAGMA busy_timeout = ${this.patience}; PRAGMA journal_mode = WAL`,
    );
    // The lock goes with the next look into the file.
    this.all('SELECT count(*) FROM sqlite_schema');
  }

  /** Brings everything into the one file: what lies in the log beside it, too. */
  flush(): void {
    this.all('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** Runs one statement; returns how many rows it changed. */
  run(sql: string, ...values: SqlValue[]): number {
    return this.#prepare(sql, values).run(...values).changes;
  }

  all(sql: string, ...values: SqlValue[]): SqlRow[] {
    return this.#prepare(sql, values).all(...values) as SqlRow[];
  }

  first(sql: string, ...values: SqlValue[]): SqlRow | undefined {
    return this.all(sql, ...values)[0];
  }

  /** Runs several statements without values. */
  script(sql: string): void {
    this.#db.exec(sql);
  }

  /** All or nothing; takes the write lock at once, so that two instances never both read the same queued item. */
  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const value = work();
      this.#db.exec('COMMIT');
      return value;
    } catch (cause) {
      this.#db.exec('ROLLBACK');
      throw cause;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #prepare(sql: string, values: SqlValue[]): Database.Statement {
    for (const value of values) {
      const isBindable = value === null || ['string', 'number', 'bigint'].includes(typeof value);
      if (!isBindable) throw new TypeError(`cannot bind a ${typeof value} in: ${sql}`);
    }
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
