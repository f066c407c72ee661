import { floatsOf, type Graph, intsOf, stringOf } from '../graph.ts';
import { Surroundings } from './pattern.ts';
import { replaceNode } from './rewrite.ts';

/**
 * An enlargement followed by a product over the channels becomes the product first: it works on every pixel for itself
 * and interpolation on every channel for itself, so their order does not matter, and the small picture has fewer
 * pixels. MAXIM enlarges 128 channels up to 16 times before it makes 32 of them.
 * @returns how many changed places
 */
export function productBeforeResize(graph: Graph): number {
  const around = new Surroundings(graph);
  let found = 0;
  for (const product of [...graph.nodes]) {
    if (product.op !== 'MatMul' || product.domain || !floatsOf(graph, product.inputs[1])) continue;
    if (graph.initializers.get(product.inputs[1] ?? '')?.dims.length !== 2) continue;
    const back = around.maker(product.inputs[0], 'Transpose');
    const resize = around.maker(back?.inputs[0], 'Resize');
    const there = around.maker(resize?.inputs[0], 'Transpose');
    const [result = ''] = product.outputs;
    if (!back || !resize || !there || !result) continue;
    if (intsOf(back, 'perm', []).join() !== '0,2,3,1' || intsOf(there, 'perm', []).join() !== '0,3,1,2')
      continue;
    const [batch, channels, height = 0, width = 0] = floatsOf(graph, resize.inputs[2]) ?? [];
    const enlarges = batch === 1 && channels === 1 && height >= 1 && width >= 1;
    const alone = [back.outputs[0], resize.outputs[0]].every((value) => around.readers(value)?.length === 1);
    if (!enlarges || !alone || stringOf(resize, 'mode', 'nearest') === 'cubic') continue;
    const [small, turned, sized] = [`${result}_small`, `${result}_nchw`, `${result}_sized`];
    const perm = (axes: readonly number[]) => ({ perm: { ints: axes } });
    replaceNode(graph, product, [
      { op: 'MatMul', inputs: [there.inputs[0] ?? '', product.inputs[1] ?? ''], outputs: [small] },
      { op: 'Transpose', inputs: [small], outputs: [turned], attributes: perm([0, 3, 1, 2]) },
      {
        op: 'Resize',
        inputs: [turned, ...resize.inputs.slice(1)],
        outputs: [sized],
        attributes: resize.attributes,
      },
      { op: 'Transpose', inputs: [sized], outputs: [result], attributes: perm([0, 2, 3, 1]) },
    ]);
    found += 1;
  }
  return found;
}
