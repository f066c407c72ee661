import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';

export type SqlValue = string | number | bigint | null;
export type SqlRow = Record<string, SqlValue>;

/**
 * The one way to the SQLite file. libsql ends the whole process when a boolean or a lone Buffer is bound, so every
 * value is checked here first; `.get()` adds `_metadata`, so every read goes through `.all()`.
 */
export class Sql {
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.#db = new Database(file);
    // FULL: what the ledger says has happened must have reached the disk before a rename relies on it.
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    this.#db.exec('PRAGMA busy_timeout = 10000');
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
