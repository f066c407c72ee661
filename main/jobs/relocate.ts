import path from 'node:path';
import type { Sql } from './sql.ts';

/** Every column that holds a path: pictures of the data folder (the sample) and what was made of them move along. */
const COLUMNS = [
  ['items', 'input'],
  ['items', 'folder'],
  ['outputs', 'path'],
  ['outputs', 'temp'],
  ['parts', 'path'],
] as const;

/** Paths in a queue that lay below `from` lie below `to` from now on. */
export function relocateQueue(sql: Sql, from: string, to: string): void {
  // One longer than the folder: what it begins with, but does not hold, stays.
  const inside = (value: string) => `substr(${value}, 1, ?) = ?`;
  const moved = (value: string) => `? || substr(${value}, ?)`;
  const test = [from.length + 1, from + path.sep];
  const change = [to, from.length + 1];
  sql.transaction(() => {
    for (const [table, column] of COLUMNS) {
      const where = `${column} = ? OR ${inside(column)}`;
      sql.run(`UPDATE ${table} SET ${column} = ${moved(column)} WHERE ${where}`, ...change, from, ...test);
    }
    const output = "json_extract(result, '$.output')";
    sql.run(
      `UPDATE items SET result = json_set(result, '$.output', ${moved(output)}) WHERE result IS NOT NULL AND ${inside(output)}`,
      ...change,
      ...test,
    );
  });
}

/** The same for a file of JSON, in whatever it holds. */
export function relocateJson(text: string, from: string, to: string): string {
  return `${JSON.stringify(
    JSON.parse(text),
    (_, value) =>
      typeof value === 'string' && (value === from || value.startsWith(from + path.sep))
        ? to + value.slice(from.length)
        : value,
    1,
  )}\n`;
}
