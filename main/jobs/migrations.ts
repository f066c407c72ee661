import { GessoError } from '../../contract/errors.ts';
import type { Sql } from './sql.ts';

/** Step n takes a queue from version n to n + 1; steps are never edited once released. */
const STEPS = [
  `
  CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created INTEGER NOT NULL,          -- milliseconds since 1970
    recipe TEXT NOT NULL,              -- JSON, contract/recipe.ts
    options TEXT NOT NULL,             -- JSON, contract/recipe.ts runOptions
    cancelled INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    job INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    input TEXT NOT NULL,               -- absolute path
    folder TEXT NOT NULL,              -- absolute folder of the output
    told_apart INTEGER NOT NULL DEFAULT 0, -- 1: the source's extension goes into the name
    status TEXT NOT NULL DEFAULT 'queued',
    attempts INTEGER NOT NULL DEFAULT 0,
    tile_limit INTEGER,                -- largest tile still allowed, after the engine died with a larger one
    owner TEXT,                        -- the instance that holds the lease
    heartbeat INTEGER,
    result TEXT,                       -- JSON, once done or skipped
    error TEXT,                        -- JSON, once failed
    seq INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX items_by_status ON items(status, job, position);
  CREATE INDEX items_by_job ON items(job, position);
  CREATE TABLE outputs (
    path TEXT PRIMARY KEY,             -- the final path, reserved before the work begins
    item INTEGER NOT NULL REFERENCES items(id) ON DELETE CASCADE,
    temp TEXT NOT NULL,                -- where the engine leaves the finished bytes
    sha256 TEXT,                       -- set once the bytes at temp are whole and flushed
    bytes INTEGER
  );
  CREATE INDEX outputs_by_item ON outputs(item);
  -- Many file systems do not tell case apart.
  CREATE INDEX outputs_by_name ON outputs(path COLLATE NOCASE);
  -- A piece of an item that can be resumed by itself: a segment of video, a band of a huge picture.
  CREATE TABLE parts (
    item INTEGER NOT NULL REFERENCES items(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (item, number)
  );
  CREATE TABLE tile_memory (
    device TEXT NOT NULL,
    model TEXT NOT NULL,
    largest_ran INTEGER,
    smallest_failed INTEGER,
    PRIMARY KEY (device, model)
  );
  CREATE TABLE sequence (value INTEGER NOT NULL);
  INSERT INTO sequence VALUES (0);
  `,
  // What the queue last made of a file: asked for every picture that a window opens again.
  'CREATE INDEX items_by_input ON items(input, id);',
  // The order in which things are taken, which the user may change; ids and positions stay what names are made of.
  `
  ALTER TABLE jobs ADD COLUMN rank REAL NOT NULL DEFAULT 0;
  ALTER TABLE items ADD COLUMN rank REAL NOT NULL DEFAULT 0;
  UPDATE jobs SET rank = id;
  UPDATE items SET rank = position;
  `,
  // How fast a device ran a model on this machine, lately: what "about 3 s" is reckoned from.
  `
  CREATE TABLE speeds (
    device TEXT NOT NULL,
    model TEXT NOT NULL,
    pixels_per_second REAL NOT NULL,   -- of the source
    PRIMARY KEY (device, model)
  );
  `,
  // Clips: the other picture where two make one, and how long each finished segment is. A part's path is its name in
  // the item's folder of parts, which moves with the data.
  `
  ALTER TABLE items ADD COLUMN second TEXT;
  ALTER TABLE parts ADD COLUMN frames INTEGER NOT NULL DEFAULT 0;
  `,
  // Of clips what tile_limit is of pictures: the largest flow scale still allowed, after the engine died with a larger one.
  'ALTER TABLE items ADD COLUMN flow_limit REAL;',
  // What was made of words or by rules stays in its room when its job is cleared: it is only listed no more.
  'ALTER TABLE jobs ADD COLUMN listed INTEGER NOT NULL DEFAULT 1;',
];

/** Brings the file to this program's version. A newer file is refused: an older program must not rewrite it. */
export function migrate(sql: Sql): void {
  sql.transaction(() => {
    const version = Number(sql.first('PRAGMA user_version')?.user_version ?? 0);
    if (version > STEPS.length)
      throw new GessoError(
        'recipe/invalid',
        'The queue was written by a newer Gesso.',
        'Update Gesso, or set GESSO_HOME to another folder.',
      );
    for (const step of STEPS.slice(version)) sql.script(step);
    sql.script(`PRAGMA user_version = ${STEPS.length}`);
  });
}
