import { appendFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

const LARGEST_LOG = 2_000_000;

/** Appends lines with their time to `logs/<name>.log`; the one before is kept as `.old`. Logging never fails a job. */
export function openLog(folder: string, name: string): (line: string) => void {
  const file = path.join(folder, `${name}.log`);
  return (line) => {
    try {
      appendFileSync(file, `${new Date().toISOString()} ${process.pid} ${line}\n`);
      if (statSync(file).size > LARGEST_LOG) renameSync(file, `${file}.old`);
    } catch {
      // A full disk is reported where it hurts, not here.
    }
  };
}
