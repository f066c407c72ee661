import { GraphBuilder } from '../../../../models/graph/builder.ts';
import type { Weights } from '../../../../models/graph/gradient/weights.ts';
import type { Graph } from '../../../../models/graph/graph.ts';
import { LATENT_PORTS } from '../../../../models/graph/latent-ports.ts';
import { decoder, encoder, type VaeShape } from '../../../../models/learning/vae.ts';

type WeightsOf = (b: GraphBuilder) => Weights;

/** Pictures to what is made of their means: `x` [count, 3, size, size] -> `output`, and `mean` [count, latent]. */
export function throughGraph(shape: VaeShape, count: number, weightsOf: WeightsOf): Graph {
  const b = new GraphBuilder('vae-through');
  const weights = weightsOf(b);
  const dims = [count, 3, shape.size, shape.size];
  const { mean } = encoder(b, weights, shape, b.extraInput('x', dims));
  const made = decoder(b, weights, shape, mean);
  weights.declare();
  b.extraOutput(made, 'output', dims);
  b.extraOutput(mean, 'mean', [count, shape.latent]);
  return b.graph;
}

/** Numbers to pictures, [count, latent] -> [count, 3, size, size]: with a count of 1 the ports of any network of that kind. */
export function drawingGraph(shape: VaeShape, count: number, weightsOf: WeightsOf): Graph {
  const b = new GraphBuilder('vae-drawing');
  const weights = weightsOf(b);
  const z = b.extraInput(LATENT_PORTS.z, [count, shape.latent]);
  const made = decoder(b, weights, shape, z);
  weights.declare();
  b.extraOutput(made, LATENT_PORTS.output, [count, 3, shape.size, shape.size]);
  return b.graph;
}
