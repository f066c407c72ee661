import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CatalogueEntry, ModelDescriptor } from '../../contract/descriptor.ts';
import { diskError } from '../errors.ts';
import type { OpenedModel } from '../formats/open.ts';
import { nameSizes } from '../graph/name-sizes.ts';
import { writeOnnx } from '../graph/write.ts';

export interface ConvertRequest {
  readonly entry: Pick<
    CatalogueEntry,
    | 'id'
    | 'name'
    | 'task'
    | 'scale'
    | 'family'
    | 'licence'
    | 'character'
    | 'planes'
    | 'addsEnlarged'
    | 'reader'
    | 'conditions'
  >;
  /** The fetched source files, absolute; the one that `openModel` takes is found among them. */
  readonly files: readonly string[];
  /** Where the ONNX file is written; made if it is missing. */
  readonly outFolder: string;
  /** The user's own file: a result unlike the picture is said, and not refused. */
  readonly isOwn?: boolean;
  /** Makes a quantised network one of floats again. */
  readonly dequantise?: boolean;
  readonly onProgress?: (fraction: number) => void;
}

export interface Converted {
  /** The ONNX file, absolute. */
  readonly file: string;
  readonly descriptor: ModelDescriptor;
  /** What should be known of it. */
  readonly notes: readonly string[];
}

/** @returns the path of the file written */
export async function putModel(
  model: Pick<OpenedModel, 'isAsFiled' | 'file' | 'format' | 'graph'>,
  folder: string,
  name: string,
): Promise<string> {
  const file = path.join(folder, name);
  try {
    await mkdir(folder, { recursive: true });
    if (model.isAsFiled) await copyFile(model.file, file);
    else {
      if (model.format !== 'onnx') nameSizes(model.graph);
      await writeFile(file, writeOnnx(model.graph));
    }
    return file;
  } catch (thrown) {
    throw diskError(thrown, folder);
  }
}
