import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * What the next frame needs of the one before it, kept beside the segments: lists of numbers, exactly as they were, so
 * that a clip that is gone on with is the clip that was never cut.
 */
export async function writeState(
  folder: string,
  frame: number,
  lists: readonly Float32Array[],
): Promise<void> {
  const header = Buffer.from(JSON.stringify({ gesso: 1, frame, lengths: lists.map(({ length }) => length) }));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(header.length);
  const file = stateFile(folder, frame);
  const bytes = lists.map((list) => Buffer.from(list.buffer, list.byteOffset, list.byteLength));
  await writeFile(`${file}.part`, Buffer.concat([size, header, ...bytes]), { flush: true });
  await rename(`${file}.part`, file);
}

/** @returns undefined where there is none, or one that is not whole: the frame behind it is then painted by itself */
export async function readState(folder: string, frame: number): Promise<Float32Array[] | undefined> {
  try {
    const bytes = await readFile(stateFile(folder, frame));
    let at = 4 + bytes.readUInt32LE(0);
    const { gesso, lengths } = JSON.parse(bytes.toString('utf8', 4, at)) as {
      gesso: number;
      lengths: number[];
    };
    if (gesso !== 1 || at + 4 * lengths.reduce((sum, length) => sum + length, 0) !== bytes.length)
      return undefined;
    return lengths.map((length) => {
      const list = new Float32Array(length);
      bytes.copy(new Uint8Array(list.buffer), 0, at, at + 4 * length);
      at += 4 * length;
      return list;
    });
  } catch {
    return undefined;
  }
}

export async function dropState(folder: string, frame: number): Promise<void> {
  await rm(stateFile(folder, frame), { force: true });
}

function stateFile(folder: string, frame: number): string {
  return path.join(folder, `after-${String(frame).padStart(8, '0')}.state`);
}
