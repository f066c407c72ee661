import { countOf } from '../../graph/values.ts';
import { doubles, floatOf, type Kernel, stretched } from './kernel.ts';

export const PRODUCTS: Readonly<Record<string, Kernel>> = {
  MatMul: (context, target) => {
    const [a, b] = [context.value(0).dims, context.value(1).dims];
    const out = target.sizes[0] ?? [];
    // numpy's rule: a vector is a row on the left and a column on the right, and loses that axis afterwards.
    const batch = out.slice(0, out.length - Number(a.length > 1) - Number(b.length > 1));
    const rows = a.length > 1 ? a.at(-2)! : 1;
    const columns = b.length > 1 ? b.at(-1)! : 1;
    const depth = a.at(-1)!;
    const left = stretched(context, 0, [...batch, ...(a.length > 1 ? [rows] : []), depth]);
    const right = stretched(context, 1, [...batch, depth, ...(b.length > 1 ? [columns] : [])]);
    const result = doubles(target);
    for (let block = 0; block < countOf(batch); block += 1) {
      for (let row = 0; row < rows; row += 1) {
        for (let column = 0; column < columns; column += 1) {
          let sum = 0;
          for (let at = 0; at < depth; at += 1) {
            const from = left[(block * rows + row) * depth + at]!;
            sum += from * right[(block * depth + at) * columns + column]!;
          }
          result[(block * rows + row) * columns + column] = sum;
        }
      }
    }
    return [result];
  },
  Gemm: (context, target) => {
    const [alpha, beta] = [floatOf(context.node, 'alpha', 1), floatOf(context.node, 'beta', 1)];
    const [rows = 0, columns = 0] = target.sizes[0] ?? [];
    const [a, b] = [context.data(0), context.data(1)];
    const [flipsA, flipsB] = [context.int('transA', 0) === 1, context.int('transB', 0) === 1];
    const depth = context.value(0).dims[flipsA ? 0 : 1]!;
    const added = context.has(2) ? stretched(context, 2, [rows, columns]) : undefined;
    const result = doubles(target);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        let sum = 0;
        for (let at = 0; at < depth; at += 1) {
          const left = a[flipsA ? at * rows + row : row * depth + at]!;
          sum += left * b[flipsB ? column * depth + at : at * columns + column]!;
        }
        const place = row * columns + column;
        result[place] = alpha * sum + beta * (added?.[place] ?? 0);
      }
    }
    return [result];
  },
};
