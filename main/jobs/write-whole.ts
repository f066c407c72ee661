import { renameSync, writeFileSync } from 'node:fs';

/** Writes a small file so that it is there whole or as it was: beside it, flushed, then into its place. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  writeFileSync(`${file}.part`, content, { flush: true });
  renameSync(`${file}.part`, file);
}
