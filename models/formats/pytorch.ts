import { unknownModel } from '../errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { ModelFile } from './model-file.ts';
import { readPytorchLegacy } from './pytorch-legacy.ts';
import { readPytorchZip } from './pytorch-zip.ts';

/**
 * Opens a checkpoint of PyTorch, of any version since 0.1.10 and under any name, without running what its pickle asks
 * for. Tensors are read from the open file when they are asked for.
 * @throws GessoError model/missing, model/broken, model/unsafe (naming the class or function that it asks for),
 *   model/unknown-architecture (the tar form before 0.1.10, types without plain numbers)
 */
export function readPytorch(name: string): Checkpoint {
  const file = new ModelFile(name);
  try {
    const start = file.read(0, Math.min(file.size, 512));
    if (isTar(start)) throw unknownModel(name, 'the tar form of PyTorch before 0.1.10');
    const zipped = start.toString('latin1', 0, 2) === 'PK';
    const groups = zipped ? readPytorchZip(file) : readPytorchLegacy(file);
    return { format: 'pytorch', groups, close: () => file.close() };
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

/** @param start the first 512 bytes of a file */
export function isTar(start: Buffer): boolean {
  return start.toString('latin1', 257, 262) === 'ustar';
}
