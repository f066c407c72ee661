import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The ONNX file of a model that is installed in a data folder. */
export function modelFile(home: string, id: string): string {
  const record = readFileSync(path.join(home, 'models/installed', `${id}.json`), 'utf8');
  const { sha256 } = JSON.parse(record) as { sha256: string };
  return path.join(home, 'models/blobs', `${sha256}.onnx`);
}
