import { writeFileSync } from 'node:fs';
import { floatStorage, pytorchZip, rowMajor, type Written } from '../../models/testing/pytorch.ts';
import { randomFloats } from '../../models/testing/random.ts';

/** A small checkpoint as PyTorch writes it: a Compact network of 8 features that doubles the size. */
export function writeCompact(file: string): void {
  const shapes: Record<string, number[]> = {
    'body.0.weight': [8, 3, 3, 3],
    'body.0.bias': [8],
    'body.1.weight': [8],
    'body.2.weight': [8, 8, 3, 3],
    'body.2.bias': [8],
    'body.3.weight': [8],
    'body.4.weight': [12, 8, 3, 3],
    'body.4.bias': [12],
  };
  const tensors: Record<string, Written[string]> = {};
  const storages: Parameters<typeof pytorchZip>[1] = Object.fromEntries(
    Object.entries(shapes).map(([name, dims], index) => {
      const count = dims.reduce((product, side) => product * side, 1);
      tensors[name] = { storage: `${index}`, dims, strides: rowMajor(dims) };
      return [`${index}`, floatStorage(randomFloats(count, index + 1, -0.02, 0.02))];
    }),
  );
  writeFileSync(file, pytorchZip({ params: tensors }, storages));
}
