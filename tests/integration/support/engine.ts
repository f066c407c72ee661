import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EngineHost } from '../../../main/engine/host/host.ts';
import { type EngineRole, launchEngine } from '../../../main/engine/host/launch.ts';
import type { Params } from '../../../main/engine/protocol/methods.ts';
import { BUNDLES } from './gesso.ts';

/** A real engine, without the queue before it. */
export function engine(role: EngineRole): EngineHost {
  return new EngineHost({
    launch: () =>
      launchEngine({
        node: process.execPath,
        entry: path.join(BUNDLES, 'engine.js'),
        role,
        onLog: (line) => console.error(line),
      }),
  });
}

/** An installed model of a data folder, as the engine is told of it. */
export function model(
  home: string,
  id: string,
): Params<'restore.picture'>['steps'][number]['passes'][number] {
  const record = readFileSync(path.join(home, 'models/installed', `${id}.json`), 'utf8');
  const { descriptor, sha256 } = JSON.parse(record);
  return { file: path.join(home, 'models/blobs', `${sha256}.onnx`), descriptor };
}
