import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Copies installed models from one folder `models` to another: those that are named and no others, for the folder that
 * is copied from serves tests which want other ones.
 */
export function copyModels(from: string, to: string, ids: readonly string[]): void {
  for (const part of ['installed', 'blobs']) mkdirSync(path.join(to, part), { recursive: true });
  for (const id of ids) {
    const record = path.join('installed', `${id}.json`);
    const { sha256 } = JSON.parse(readFileSync(path.join(from, record), 'utf8'));
    for (const file of [path.join('blobs', `${sha256}.onnx`), record])
      cpSync(path.join(from, file), path.join(to, file));
  }
}
