import { GessoError } from '../../../contract/errors.ts';
import { brokenModel, unknownModel } from '../../errors.ts';
import type { Checkpoint, StoredTensor } from '../../formats/checkpoint.ts';
import { unetName } from './ldm-names.ts';

/** Networks of a bundle that a LoRA may change. */
export type LoraGraph = 'unet' | 'text' | 'text2';

/** What a LoRA adds to one trained matrix or kernel (Hu et al., arXiv:2106.09685). */
export interface LoraPart {
  readonly graph: LoraGraph;
  /** The weight's name as diffusers has it, dots as underscores: files differ in what they keep of them. */
  readonly key: string;
  /** Of the weight that it fits: [out, in] or [out, in, height, width]. */
  readonly dims: readonly number[];
  /** alpha / rank * up x down, row-major, of those dims. */
  delta(): Float32Array;
}

/** Other ways to write a change of weights than as a product of two matrices. */
const OTHER_KINDS: readonly (readonly [RegExp, string])[] = [
  [/\.hada_w/, 'LoHa'],
  [/\.lokr_w/, 'LoKr'],
  [/\.dora_scale$/, 'DoRA'],
  [/\.lora_mid\./, 'a LoRA with a core (CP)'],
  [/\.oft_/, 'OFT'],
];

interface Pair {
  down?: StoredTensor;
  up?: StoredTensor;
  alpha?: StoredTensor;
}

/**
 * The parts of a LoRA file, of kohya's trainer or of diffusers and PEFT.
 * @param layers residual blocks of a level of the U-Net that it is for: some files number blocks through
 * @throws GessoError model/unknown-architecture (no LoRA, or of another kind), model/broken
 */
export function readLora(checkpoint: Checkpoint, file: string, layers: number): LoraPart[] {
  const pairs = new Map<string, Pair>();
  for (const group of checkpoint.groups.values()) {
    for (const [name, tensor] of group) {
      const other = OTHER_KINDS.find(([sign]) => sign.test(name));
      if (other) throw unknownModel(file, `changes of the kind ${other[1]}`);
      const found = pieceOf(name);
      if (!found) continue;
      const pair = pairs.get(found.place) ?? {};
      pair[found.piece] = tensor;
      pairs.set(found.place, pair);
    }
  }
  if (pairs.size === 0)
    throw new GessoError(
      'model/unknown-architecture',
      `${file} is no LoRA: it holds no pairs of matrices.`,
      'Give a LoRA as kohya or diffusers write it; whole models are imported with `gesso models import`.',
    );
  return [...pairs].flatMap(([place, pair]) => {
    const target = targetOf(place, layers);
    if (!target) throw unknownModel(file, `a change of "${place.slice(0, 100)}"`);
    return { ...target, ...partOf(pair, place, file) };
  });
}

const PIECES: readonly (readonly [RegExp, keyof Pair])[] = [
  [/\.(?:lora_down|lora_A|lora_A\.default|lora\.down|lora_linear_layer\.down)\.weight$/, 'down'],
  [/\.(?:lora_up|lora_B|lora_B\.default|lora\.up|lora_linear_layer\.up)\.weight$/, 'up'],
  [/_lora\.down\.weight$/, 'down'],
  [/_lora\.up\.weight$/, 'up'],
  [/\.alpha$/, 'alpha'],
];

function pieceOf(name: string): { place: string; piece: keyof Pair } | undefined {
  for (const [sign, piece] of PIECES) if (sign.test(name)) return { place: name.replace(sign, ''), piece };
  return undefined;
}

/** Which network and which of its layers a key is about. */
function targetOf(place: string, layers: number): { graph: LoraGraph; key: string } | undefined {
  const flat = place.replaceAll('.', '_');
  const [, prefix = '', rest = ''] =
    /^(?:base_model_model_|diffusion_model_)?(lora_unet_|unet_|lora_te1_|lora_te2_|lora_te_|text_encoder_2_|text_encoder_|te_)(.*)$/.exec(
      flat,
    ) ?? [];
  const graph = GRAPHS[prefix];
  if (!graph) return undefined;
  // Old files of diffusers keep the layer behind a processor's name.
  const layer = rest.replace(/_processor(?=_to_)/, '').replace(/_to_out$/, '_to_out_0');
  return { graph, key: graph === 'unet' ? numbered(layer, layers) : inText(layer) };
}

const GRAPHS: Readonly<Record<string, LoraGraph>> = {
  lora_unet_: 'unet',
  unet_: 'unet',
  lora_te_: 'text',
  te_: 'text',
  lora_te1_: 'text',
  text_encoder_: 'text',
  lora_te2_: 'text2',
  text_encoder_2_: 'text2',
};

function inText(layer: string): string {
  return layer.startsWith('text_model_') ? layer : `text_model_${layer}`;
}

/** Blocks that are numbered through get the level and the place that diffusers counts. */
function numbered(layer: string, layers: number): string {
  const [, blocks, at, part, rest = ''] =
    /^(input_blocks|output_blocks|middle_block)_(\d+)_(?:(\d+)_)?(.*)$/.exec(layer) ?? [];
  if (!blocks) return layer;
  const dotted = rest
    .replace(/^(in_layers|emb_layers|out_layers)_(\d)$/, '$1.$2.')
    .replace(/^(skip_connection|op|conv)$/, '$1.');
  const name = unetName([blocks, at, part, dotted].filter((each) => each !== undefined).join('.'), layers);
  return name.replace(/\.$/, '').replaceAll('.', '_');
}

function partOf({ down, up, alpha }: Pair, place: string, file: string): Pick<LoraPart, 'dims' | 'delta'> {
  const shown = JSON.stringify(place.slice(0, 100));
  if (!down || !up) throw brokenModel(file, `${shown} lacks one of its two matrices`);
  const [rank = 0, ...inner] = down.dims;
  const [out = 0, ranks = 0, ...kernel] = up.dims;
  if (rank < 1 || rank !== ranks || kernel.some((side) => side !== 1) || ![1, 3].includes(inner.length))
    throw brokenModel(file, `the matrices of ${shown} do not fit each other`);
  const columns = inner.reduce((a, b) => a * b, 1);
  return {
    dims: [out, ...inner],
    delta() {
      const scale = (alpha?.floats()[0] ?? rank) / rank;
      return product(up.floats(), down.floats(), { out, rank, columns, scale });
    },
  };
}

function product(
  up: Float32Array,
  down: Float32Array,
  { out, rank, columns, scale }: { out: number; rank: number; columns: number; scale: number },
): Float32Array {
  const made = new Float32Array(out * columns);
  for (let row = 0; row < out; row += 1) {
    const target = made.subarray(row * columns, (row + 1) * columns);
    for (let inner = 0; inner < rank; inner += 1) {
      const factor = (up[row * rank + inner] ?? 0) * scale;
      const source = down.subarray(inner * columns, (inner + 1) * columns);
      for (let column = 0; column < columns; column += 1)
        target[column] = (target[column] ?? 0) + factor * (source[column] ?? 0);
    }
  }
  return made;
}
