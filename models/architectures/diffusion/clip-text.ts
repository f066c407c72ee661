import type { Weights } from '../weights.ts';
import type { TextConfig } from './config.ts';
import { DiffusionNet } from './layers.ts';

/** Ports of a text encoder's graph. All are float32. */
export const TEXT_PORTS = {
  /** [1, tokens]: numbers of the vocabulary. */
  ids: 'ids',
  /** [1, tokens, width]: what stands in place of the vocabulary's own where `isReplaced` is 1 (textual inversion). */
  replaced: 'replaced',
  /** [1, tokens, 1]: 0 or 1. */
  isReplaced: 'is_replaced',
  /** [1]: at which token the text ends; what is pooled is read there. */
  end: 'end',
  /** [layers + 1, tokens, width]: after each layer, the embeddings themselves first. */
  hidden: 'hidden',
  /** The same after the final normalisation. */
  normed: 'normed',
  /** [1, projection or width] */
  pooled: 'pooled',
} as const;

/**
 * The text encoder of CLIP (Radford et al., arXiv:2103.00020): a causal transformer, its layers' results side by side,
 * because models differ in which of them they read.
 * @param weights under the names of transformers' CLIPTextModel
 */
export function buildClipText(weights: Weights, config: TextConfig): DiffusionNet {
  const net = new DiffusionNet('clip-text', weights);
  const { builder } = net;
  const { width, tokens, heads, layers, epsilon } = config;
  const ids = builder.extraInput(TEXT_PORTS.ids, [1, tokens]);
  const replaced = builder.extraInput(TEXT_PORTS.replaced, [1, tokens, width]);
  const isReplaced = builder.extraInput(TEXT_PORTS.isReplaced, [1, tokens, 1]);
  const end = builder.extraInput(TEXT_PORTS.end, [1]);
  const whole = (value: string) => builder.node('Cast', [value], { to: { int: INT64 } });
  const table = net.stored('text_model.embeddings.token_embedding.weight', [config.vocabulary, width]);
  const looked = builder.node('Gather', [table, whole(ids)]);
  const chosen = builder.add(
    builder.mul(looked, builder.sub(builder.scalar(1), isReplaced)),
    builder.mul(replaced, isReplaced),
  );
  let x = builder.add(chosen, net.stored('text_model.embeddings.position_embedding.weight', [tokens, width]));
  const states = [x];
  const mask = builder.constant(causalMask(tokens), [1, 1, tokens, tokens], 'causal');
  for (let layer = 0; layer < layers; layer += 1) {
    const name = `text_model.encoder.layers.${layer}`;
    x = builder.add(
      x,
      attend(net, net.layerNorm(x, `${name}.layer_norm1`, epsilon), name, heads, width, mask),
    );
    const inner = net.linear(net.layerNorm(x, `${name}.layer_norm2`, epsilon), `${name}.mlp.fc1`);
    x = builder.add(x, net.linear(activate(net, inner, config.activation), `${name}.mlp.fc2`));
    states.push(x);
  }
  const hidden = builder.node('Concat', states, { axis: { int: 0 } }, TEXT_PORTS.hidden);
  const finalNorm = 'text_model.final_layer_norm';
  const scale = net.stored(`${finalNorm}.weight`, [width]);
  const shift = net.stored(`${finalNorm}.bias`, [width]);
  builder.node(
    'LayerNormalization',
    [hidden, scale, shift],
    { axis: { int: -1 }, epsilon: { float: epsilon } },
    TEXT_PORTS.normed,
  );
  const last = net.layerNorm(x, finalNorm, epsilon);
  const atEnd = builder.reshape(builder.node('Gather', [last, whole(end)], { axis: { int: 1 } }), [1, width]);
  const projected = config.projection ? net.linear(atEnd, 'text_projection') : atEnd;
  builder.node('Identity', [projected], {}, TEXT_PORTS.pooled);
  builder.graph.outputs.push(
    { name: TEXT_PORTS.hidden, type: 'float32', dims: [layers + 1, tokens, width] },
    { name: TEXT_PORTS.normed, type: 'float32', dims: [layers + 1, tokens, width] },
    { name: TEXT_PORTS.pooled, type: 'float32', dims: [1, config.projection ?? width] },
  );
  return net;
}

/** `TensorProto.DataType.INT64` */
const INT64 = 7;

function attend(
  net: DiffusionNet,
  x: string,
  name: string,
  heads: number,
  width: number,
  mask: string,
): string {
  const { builder } = net;
  const size = width / heads;
  const split = (value: string) =>
    builder.transpose(builder.reshape(value, [0, -1, heads, size]), [0, 2, 1, 3]);
  const [queries, keys, values] = ['q', 'k', 'v'].map((which) =>
    split(net.linear(x, `${name}.self_attn.${which}_proj`)),
  ) as [string, string, string];
  const scores = builder.scale(builder.matmul(queries, builder.transpose(keys, [0, 1, 3, 2])), size ** -0.5);
  const made = builder.matmul(builder.softmax(builder.add(scores, mask)), values);
  const joined = builder.reshape(builder.transpose(made, [0, 2, 1, 3]), [0, -1, width]);
  return net.linear(joined, `${name}.self_attn.out_proj`);
}

function activate({ builder }: DiffusionNet, x: string, activation: TextConfig['activation']): string {
  return activation === 'gelu' ? builder.gelu(x) : builder.mul(x, builder.sigmoid(builder.scale(x, 1.702)));
}

/** A token sees itself and those before it. */
function causalMask(tokens: number): Float32Array {
  const mask = new Float32Array(tokens * tokens);
  for (let row = 0; row < tokens; row += 1) mask.fill(-1e9, row * tokens + row + 1, (row + 1) * tokens);
  return mask;
}
