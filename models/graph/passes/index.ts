import type { Graph } from '../graph.ts';
import { fuseActivations } from './activations.ts';
import { affineIntoConv } from './affine-into-conv.ts';
import { foldConstants } from './constants.ts';
import { dropDeadCode } from './dead-code.ts';
import { spellDepthToSpace } from './depth-to-space.ts';
import { flipSteepPrelu } from './flip-prelu.ts';
import { foldScales } from './fold-scales.ts';
import { fuseGelu } from './gelu.ts';
import { biasGelu } from './gelu-bias.ts';
import { removeIdentities } from './identities.ts';
import { tidyJoins } from './joins.ts';
import { fuseLayerNorm } from './layer-norm.ts';
import { leftProducts } from './left-products.ts';
import { narrowNorm } from './narrow-norm.ts';
import { normIntoProduct } from './norm-into-product.ts';
import { padIntoConv } from './pad-into-conv.ts';
import { preluToConv } from './prelu-to-conv.ts';
import { productBeforeResize } from './product-before-resize.ts';
import { recogniseResampling } from './resampling.ts';
import { resizeToConv } from './resize-to-conv.ts';
import { scaleToConv } from './scale-to-conv.ts';
import { simplifyPrelu } from './simple-prelu.ts';
import { tidySlices } from './slices.ts';
import { moveTransposes } from './transposes.ts';
import { foldUpsampling } from './upsample-conv.ts';

/** In this order: the early ones make work for the later ones. Each leaves the outputs within 1e-4. */
export const PASSES: readonly { readonly name: string; readonly run: (graph: Graph) => number }[] = [
  { name: 'remove-identities', run: removeIdentities },
  { name: 'fold-constants', run: foldConstants },
  { name: 'tidy-joins', run: tidyJoins },
  { name: 'recognise-resampling', run: recogniseResampling },
  { name: 'fuse-gelu', run: fuseGelu },
  { name: 'fuse-activations', run: fuseActivations },
  { name: 'fuse-layer-norm', run: fuseLayerNorm },
  { name: 'left-products', run: leftProducts },
  { name: 'move-transposes', run: moveTransposes },
  { name: 'product-before-resize', run: productBeforeResize },
  { name: 'norm-into-product', run: normIntoProduct },
  { name: 'narrow-norm', run: narrowNorm },
  { name: 'depth-to-space', run: spellDepthToSpace },
  { name: 'pad-into-conv', run: padIntoConv },
  { name: 'affine-into-conv', run: affineIntoConv },
  { name: 'tidy-slices', run: tidySlices },
  { name: 'bias-gelu', run: biasGelu },
  { name: 'simplify-prelu', run: simplifyPrelu },
  { name: 'fold-scales', run: foldScales },
  { name: 'flip-steep-prelu', run: flipSteepPrelu },
  { name: 'prelu-to-conv', run: preluToConv },
  { name: 'scale-to-conv', run: scaleToConv },
  { name: 'resize-to-conv', run: resizeToConv },
  { name: 'fold-upsampling', run: foldUpsampling },
  { name: 'drop-dead-code', run: dropDeadCode },
];

/** Runs all passes in place until none finds anything to do. */
export function optimise(graph: Graph): void {
  // A pass only ever removes or replaces nodes, so this ends; the bound is for a bug in one of them.
  for (let round = 0; round < 10; round += 1) {
    if (PASSES.reduce((changes, pass) => changes + pass.run(graph), 0) === 0) return;
  }
}
