import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Graph } from './graph.ts';
import { DATA_TYPES, ModelProto } from './proto.ts';
import { modelProto } from './write.ts';

/** A weight that is read only when it is written. */
export interface OutsideTensor {
  readonly dims: readonly number[];
  /** As many float32 values as `dims` says, row-major. */
  floats(): Float32Array;
}

/** Where a weight lies in the file beside the graph, bytes. */
export interface WeightPlace {
  readonly offset: number;
  readonly length: number;
}

/** A reader may map the file into memory, page by page (onnx/docs/ExternalData.md). */
const PAGE = 4096;
/** `TensorProto.DataLocation.EXTERNAL`. */
const EXTERNAL = 1;

/**
 * Writes a graph whose large weights lie in a file of their own beside it, one after the other: neither the whole of
 * them nor a protobuf message over 2 GB is ever in memory. Both files are flushed.
 * @param file `<name>.onnx`; the weights go to `<name>.bin` @param onWeight after each, how many are written
 * @returns where each weight lies
 * @throws Error where a tensor has other values than its shape says
 */
export async function writeExternal(
  graph: Graph,
  outside: ReadonlyMap<string, OutsideTensor>,
  file: string,
  onWeight?: (written: number) => Promise<void> | void,
): Promise<Map<string, WeightPlace>> {
  const data = file.replace(/\.onnx$/, '.bin');
  const places = new Map<string, WeightPlace>();
  const handle = openSync(data, 'wx');
  try {
    let at = 0;
    for (const [name, tensor] of outside) {
      const floats = tensor.floats();
      if (floats.length !== tensor.dims.reduce((a, b) => a * b, 1))
        throw new Error(`${name} has ${floats.length} values, not ${tensor.dims.join(' x ')}`);
      const bytes = Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength);
      const gap = (PAGE - (at % PAGE)) % PAGE;
      if (gap > 0) writeAll(handle, Buffer.alloc(gap));
      at += gap;
      writeAll(handle, bytes);
      places.set(name, { offset: at, length: bytes.byteLength });
      at += bytes.byteLength;
      await onWeight?.(places.size);
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  await writeReferring(graph, outside, places, path.basename(data), file);
  return places;
}

/**
 * Writes a graph whose weights lie in a file that is there already, beside it.
 * @param places of its weights in that file @param location the file's name
 */
export async function writeReferring(
  graph: Graph,
  outside: ReadonlyMap<string, Pick<OutsideTensor, 'dims'>>,
  places: ReadonlyMap<string, WeightPlace>,
  location: string,
  file: string,
): Promise<void> {
  const proto = modelProto(graph);
  const initializer = [...outside].map(([name, { dims }]) => {
    const place = places.get(name);
    if (!place) throw new Error(`${name} is not in ${location}`);
    const entry = (key: string, value: string | number) => ({ key, value: String(value) });
    return {
      name,
      dims: [...dims],
      dataType: DATA_TYPES.float32,
      dataLocation: EXTERNAL,
      externalData: [
        entry('location', location),
        entry('offset', place.offset),
        entry('length', place.length),
      ],
    };
  });
  proto.graph?.initializer?.push(...initializer);
  await writeFile(file, ModelProto.encode(proto).finish(), { flag: 'wx', flush: true });
}

function writeAll(handle: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.byteLength; )
    done += writeSync(handle, bytes, done, Math.min(bytes.byteLength - done, 2 ** 30));
}
