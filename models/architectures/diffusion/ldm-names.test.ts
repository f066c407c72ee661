import { describe, expect, it } from 'vitest';
import type { StoredTensor } from '../../formats/checkpoint.ts';
import { attentionName, textNames, unetName, vaeNames } from './ldm-names.ts';

const tensor = (dims: number[]): StoredTensor => ({
  type: 'float32',
  dims,
  floats: () => Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, at) => at),
});

describe('a U-Net that numbers its blocks through', () => {
  it.for([
    ['time_embed.0.weight', 'time_embedding.linear_1.weight'],
    ['label_emb.0.2.bias', 'add_embedding.linear_2.bias'],
    ['input_blocks.0.0.weight', 'conv_in.weight'],
    ['input_blocks.1.0.in_layers.0.weight', 'down_blocks.0.resnets.0.norm1.weight'],
    [
      'input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight',
      'down_blocks.0.attentions.1.transformer_blocks.0.attn2.to_k.weight',
    ],
    ['input_blocks.3.0.op.bias', 'down_blocks.0.downsamplers.0.conv.bias'],
    ['input_blocks.4.0.skip_connection.weight', 'down_blocks.1.resnets.0.conv_shortcut.weight'],
    ['middle_block.0.emb_layers.1.weight', 'mid_block.resnets.0.time_emb_proj.weight'],
    ['middle_block.1.proj_in.weight', 'mid_block.attentions.0.proj_in.weight'],
    ['middle_block.2.out_layers.3.weight', 'mid_block.resnets.1.conv2.weight'],
    ['output_blocks.2.1.conv.weight', 'up_blocks.0.upsamplers.0.conv.weight'],
    ['output_blocks.5.2.conv.bias', 'up_blocks.1.upsamplers.0.conv.bias'],
    ['output_blocks.11.1.norm.weight', 'up_blocks.3.attentions.2.norm.weight'],
    ['out.0.weight', 'conv_norm_out.weight'],
    ['out.2.bias', 'conv_out.bias'],
  ] as const)('has %s as %s', ([filed, ours]) => {
    expect(unetName(filed, 2)).toBe(ours);
  });
});

it('an autoencoder counts the levels of its decoder from the other end', () => {
  const filed = [
    'first_stage_model.decoder.up.3.block.0.nin_shortcut.weight',
    'first_stage_model.decoder.up.1.upsample.conv.bias',
    'first_stage_model.encoder.down.0.downsample.conv.weight',
    'first_stage_model.encoder.mid.attn_1.q.weight',
    'first_stage_model.decoder.mid.block_2.norm1.weight',
    'first_stage_model.quant_conv.weight',
    'model.diffusion_model.out.0.weight',
  ];
  const named = vaeNames(new Map(filed.map((name) => [name, tensor([1])])), 4);
  expect([...named.keys()]).toEqual([
    'decoder.up_blocks.0.resnets.0.conv_shortcut.weight',
    'decoder.up_blocks.2.upsamplers.0.conv.bias',
    'encoder.down_blocks.0.downsamplers.0.conv.weight',
    'encoder.mid_block.attentions.0.to_q.weight',
    'decoder.mid_block.resnets.1.norm1.weight',
    'quant_conv.weight',
  ]);
  expect(attentionName('decoder.mid_block.attentions.0.proj_attn.bias')).toBe(
    'decoder.mid_block.attentions.0.to_out.0.bias',
  );
});

it("OpenCLIP's joined matrices come apart, and its projection is turned", () => {
  const named = textNames(
    new Map([
      ['cond_stage_model.model.transformer.resblocks.3.attn.in_proj_weight', tensor([6, 2])],
      ['cond_stage_model.model.transformer.resblocks.3.mlp.c_fc.bias', tensor([8])],
      ['cond_stage_model.model.positional_embedding', tensor([77, 2])],
      ['cond_stage_model.model.text_projection', tensor([2, 3])],
    ]),
    { kind: 'open-clip', prefix: 'cond_stage_model.model.' },
  );
  const layer = 'text_model.encoder.layers.3';
  expect(named.get(`${layer}.self_attn.k_proj.weight`)?.floats()).toEqual(Float32Array.of(4, 5, 6, 7));
  expect(named.get(`${layer}.self_attn.v_proj.weight`)?.dims).toEqual([2, 2]);
  expect(named.has(`${layer}.mlp.fc1.bias`)).toBe(true);
  expect(named.has('text_model.embeddings.position_embedding.weight')).toBe(true);
  expect(named.get('text_projection.weight')?.dims).toEqual([3, 2]);
  expect(named.get('text_projection.weight')?.floats()).toEqual(Float32Array.of(0, 3, 1, 4, 2, 5));
});
