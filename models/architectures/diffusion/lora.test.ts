import { describe, expect, it } from 'vitest';
import type { Checkpoint, StoredTensor } from '../../formats/checkpoint.ts';
import { readLora } from './lora.ts';

const tensor = (dims: number[], values?: number[]): StoredTensor => ({
  type: 'float32',
  dims,
  floats: () => Float32Array.from(values ?? Array(dims.reduce((a, b) => a * b, 1)).fill(1)),
});

function file(tensors: Record<string, StoredTensor>): Checkpoint {
  return {
    format: 'safetensors',
    groups: new Map([['', new Map(Object.entries(tensors))]]),
    close: () => {},
  };
}

const pair = (down: string, up: string) => file({ [down]: tensor([4, 8]), [up]: tensor([16, 4]) });

describe('a LoRA is read whatever its trainer calls things', () => {
  it.for([
    [
      'lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q',
      '.lora_down.weight',
      '.lora_up.weight',
      'unet',
      'down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q',
    ],
    [
      'lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k',
      '.lora_down.weight',
      '.lora_up.weight',
      'unet',
      'down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k',
    ],
    [
      'lora_unet_output_blocks_5_1_transformer_blocks_0_ff_net_2',
      '.lora_down.weight',
      '.lora_up.weight',
      'unet',
      'up_blocks_1_attentions_2_transformer_blocks_0_ff_net_2',
    ],
    [
      'lora_unet_middle_block_1_proj_in',
      '.lora_down.weight',
      '.lora_up.weight',
      'unet',
      'mid_block_attentions_0_proj_in',
    ],
    [
      'lora_unet_input_blocks_1_0_in_layers_2',
      '.lora_down.weight',
      '.lora_up.weight',
      'unet',
      'down_blocks_0_resnets_0_conv1',
    ],
    [
      'lora_te2_text_model_encoder_layers_3_mlp_fc1',
      '.lora_down.weight',
      '.lora_up.weight',
      'text2',
      'text_model_encoder_layers_3_mlp_fc1',
    ],
    [
      'unet.up_blocks.1.attentions.0.transformer_blocks.0.attn1.to_out.0',
      '.lora_A.weight',
      '.lora_B.weight',
      'unet',
      'up_blocks_1_attentions_0_transformer_blocks_0_attn1_to_out_0',
    ],
    [
      'unet.mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_q',
      '_lora.down.weight',
      '_lora.up.weight',
      'unet',
      'mid_block_attentions_0_transformer_blocks_0_attn1_to_q',
    ],
    [
      'text_encoder.text_model.encoder.layers.0.self_attn.q_proj',
      '.lora_linear_layer.down.weight',
      '.lora_linear_layer.up.weight',
      'text',
      'text_model_encoder_layers_0_self_attn_q_proj',
    ],
  ] as const)('%s', ([place, down, up, graph, key]) => {
    const [part, ...more] = readLora(pair(place + down, place + up), 'a.safetensors', 2);
    expect(more).toEqual([]);
    expect(part).toMatchObject({ graph, key, dims: [16, 8] });
  });
});

it('adds alpha / rank * up x down, of matrices and of kernels', () => {
  const [matrix] = readLora(
    file({
      'lora_unet_x.lora_down.weight': tensor([2, 3], [1, 2, 3, 4, 5, 6]),
      'lora_unet_x.lora_up.weight': tensor([2, 2], [1, 0, 2, 1]),
      'lora_unet_x.alpha': tensor([], [1]),
    }),
    'a',
    2,
  );
  expect([...matrix!.delta()]).toEqual([0.5, 1, 1.5, 3, 4.5, 6]);
  const [kernel] = readLora(
    file({
      'lora_unet_x.lora_down.weight': tensor(
        [1, 2, 3, 3],
        Array.from({ length: 18 }, (_, at) => at),
      ),
      'lora_unet_x.lora_up.weight': tensor([2, 1, 1, 1], [1, -2]),
    }),
    'a',
    2,
  );
  expect(kernel!.dims).toEqual([2, 2, 3, 3]);
  expect([...kernel!.delta()].slice(17, 21)).toEqual([17, expect.closeTo(0), -2, -4]);
});

it('what is no such pair is refused for what it is', () => {
  const refuse = (tensors: Record<string, StoredTensor>) => () => readLora(file(tensors), 'x.safetensors', 2);
  expect(refuse({ 'lora_unet_x.hada_w1_a': tensor([2, 2]) })).toThrow('LoHa');
  expect(
    refuse({ 'lora_unet_x.lora_down.weight': tensor([2, 2]), 'lora_unet_x.dora_scale': tensor([2]) }),
  ).toThrow('DoRA');
  expect(refuse({ 'conv_in.weight': tensor([2, 2]) })).toThrow('is no LoRA');
  expect(refuse({ 'lora_unet_x.lora_down.weight': tensor([2, 2]) })).toThrow('lacks one of its two');
  expect(
    refuse({ 'lora_unet_x.lora_down.weight': tensor([2, 2]), 'lora_unet_x.lora_up.weight': tensor([2, 3]) }),
  ).toThrow('do not fit');
  expect(
    refuse({
      'lora_prior_x.lora_down.weight': tensor([2, 2]),
      'lora_prior_x.lora_up.weight': tensor([2, 2]),
    }),
  ).toThrow('lora_prior_x');
});
