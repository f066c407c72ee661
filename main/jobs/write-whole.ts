import { renameSync, writeFileSync } from 'node:fs';

/** Writes a small file so that it is there whole or as it was: beside it, flushed, then into its place. */
export function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.part`, text, { flush: true });
  renameSync(`${file}.part`, file);
}
