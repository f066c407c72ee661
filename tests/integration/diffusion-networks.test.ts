import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, expect, test } from 'vitest';
import { buildClipText } from '../../models/architectures/diffusion/clip-text.ts';
import type { DiffusionNet } from '../../models/architectures/diffusion/layers.ts';
import { openDiffusion } from '../../models/architectures/diffusion/open.ts';
import { buildUnet } from '../../models/architectures/diffusion/unet.ts';
import { buildVaeDecoder, buildVaeEncoder } from '../../models/architectures/diffusion/vae.ts';
import { writeExternal } from '../../models/graph/write-external.ts';
import { runBytes } from '../../models/testing/run.ts';

/** Small random models of the shapes of SD 1.5 and SDXL, with what PyTorch made of them. */
const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDER = path.join(
  process.env.GESSO_REFERENCE ?? path.resolve(ROOT, '../shared/expected'),
  'diffusion',
);
const MANIFEST = path.join(FOLDER, 'manifest.json');
const manifest = existsSync(MANIFEST) ? JSON.parse(readFileSync(MANIFEST, 'utf8')) : undefined;
const work = mkdtempSync(path.join(tmpdir(), 'gesso-diffusion-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

interface Reference {
  data: Float32Array;
  dims: number[];
  std: number;
}

function reference(name: string): Reference {
  const { file, shape, std, dtype } = manifest.tensors[name];
  const bytes = readFileSync(path.join(FOLDER, file));
  const { buffer } = new Uint8Array(bytes);
  const data = dtype === 'f32' ? new Float32Array(buffer) : Float32Array.from(new Int32Array(buffer));
  return { data, dims: shape, std };
}

/** The largest difference over the standard deviation of what is expected. */
function error(made: Float32Array, expected: Reference): number {
  expect(made.length).toBe(expected.data.length);
  return (
    made.reduce((most, value, at) => Math.max(most, Math.abs(value - expected.data[at]!)), 0) / expected.std
  );
}

let written = 0;
async function run(net: DiffusionNet, feeds: Record<string, { data: Float32Array; dims: number[] }>) {
  written += 1;
  const file = path.join(work, `${written}.onnx`);
  await writeExternal(net.builder.graph, net.outside, file);
  return runBytes(ort, file, feeds);
}

/** Of a batch. */
function lastOf({ data, dims: [batch = 1, ...others] }: Reference) {
  return { data: data.slice(data.length - data.length / batch), dims: [1, ...others] };
}

const one = (value: number) => ({ data: Float32Array.of(value), dims: [1] });

test('the U-Net of a folder gives what PyTorch gave', async ({ skip }) => {
  if (!manifest) return skip(`${MANIFEST} is not there`);
  const source = await openDiffusion(path.join(FOLDER, 'tiny-sd'));
  const { weights, config } = source.unet;
  const net = buildUnet(weights, config);
  expect(weights.unread()).toEqual([]);
  const { calls, sample, encoder_hidden_states: text, wide } = manifest.models.sd_unet;
  for (const { timestep, out } of calls) {
    const feeds = { sample: reference(sample), text: reference(text), time: one(timestep) };
    const made = await run(net, feeds);
    expect(error(made.prediction!.data as Float32Array, reference(out))).toBeLessThan(1e-3);
  }
  const made = await run(net, {
    sample: reference(wide.sample),
    text: lastOf(reference(text)),
    time: one(wide.timestep),
  });
  expect(error(made.prediction!.data as Float32Array, reference(wide.out))).toBeLessThan(1e-3);
  source.close();
});

test('so does that of SDXL, which is told sizes and the text as a whole', async ({ skip }) => {
  if (!manifest) return skip(`${MANIFEST} is not there`);
  const source = await openDiffusion(path.join(FOLDER, 'tiny-sdxl'));
  const { weights, config } = source.unet;
  const net = buildUnet(weights, config);
  expect(weights.unread()).toEqual([]);
  const { sample, prompt_embeds: text, pooled, time_ids: sizes, timestep, out } = manifest.models.sdxl;
  const made = await run(net, {
    sample: reference(sample),
    text: reference(text),
    pooled_text: reference(pooled),
    sizes: { data: Float32Array.from(sizes), dims: [6] },
    time: one(timestep),
  });
  expect(error(made.prediction!.data as Float32Array, reference(out))).toBeLessThan(1e-3);
  source.close();
});

test('the autoencoder gives what PyTorch gave, of any size', async ({ skip }) => {
  if (!manifest) return skip(`${MANIFEST} is not there`);
  const source = await openDiffusion(path.join(FOLDER, 'tiny-sd'));
  const { weights, config } = source.vae;
  const { decoded, decoded_wide, image, latent, latent_wide, logvar, mean } = manifest.models.sd_vae;
  const decoder = buildVaeDecoder(weights, config);
  for (const [from, to] of [
    [latent, decoded],
    [latent_wide, decoded_wide],
  ]) {
    const made = await run(decoder, { latents: reference(from) });
    expect(error(made.decoded!.data as Float32Array, reference(to))).toBeLessThan(1e-3);
  }
  const made = (await run(buildVaeEncoder(weights, config), { picture: reference(image) })).moments!;
  const half = made.data.length / 2;
  expect(error((made.data as Float32Array).slice(0, half), reference(mean))).toBeLessThan(1e-3);
  expect(error((made.data as Float32Array).slice(half), reference(logvar))).toBeLessThan(1e-3);
  expect(weights.unread()).toEqual([]);
  source.close();
});

test('the text encoder gives what PyTorch gave', async ({ skip }) => {
  if (!manifest) return skip(`${MANIFEST} is not there`);
  const source = await openDiffusion(path.join(FOLDER, 'tiny-sd'));
  const [{ weights, config }] = source.texts as [(typeof source.texts)[0]];
  const net = buildClipText(weights, config);
  expect(weights.unread()).toEqual([]);
  let compared = 0;
  for (const {
    ids,
    last_hidden_state: last,
    penultimate_then_final_norm: skipped,
    pooled,
  } of manifest.texts) {
    if (!last) continue;
    const given = reference(ids);
    const made = await run(net, textFeeds(given.data, config.tokens, config.width));
    const size = config.tokens * config.width;
    const normed = made.normed!.data as Float32Array;
    expect(error(normed.slice(-size), reference(last))).toBeLessThan(1e-3);
    if (skipped) expect(error(normed.slice(-2 * size, -size), reference(skipped))).toBeLessThan(1e-3);
    if (pooled) expect(error(made.pooled!.data as Float32Array, reference(pooled))).toBeLessThan(1e-3);
    compared += 1;
  }
  expect(compared).toBeGreaterThan(2);
  source.close();
});

function textFeeds(ids: Float32Array, tokens: number, width: number) {
  const last = Math.max(...ids);
  return {
    ids: { data: ids, dims: [1, tokens] },
    replaced: { data: new Float32Array(tokens * width), dims: [1, tokens, width] },
    is_replaced: { data: new Float32Array(tokens), dims: [1, tokens, 1] },
    end: one(ids.indexOf(last)),
  };
}

test('SDXL reads two text encoders', async ({ skip }) => {
  if (!manifest) return skip(`${MANIFEST} is not there`);
  const source = await openDiffusion(path.join(FOLDER, 'tiny-sdxl'));
  const { ids_1, ids_2, prompt_embeds: embeds, pooled } = manifest.models.sdxl;
  const expected = reference(embeds);
  const parts: Float32Array[] = [];
  for (const [index, ids] of [ids_1, ids_2].entries()) {
    const { weights, config } = source.texts[index]!;
    const net = buildClipText(weights, config);
    const made = await run(net, textFeeds(reference(ids).data, config.tokens, config.width));
    const size = config.tokens * config.width;
    parts.push((made.hidden!.data as Float32Array).slice(-2 * size, -size));
    if (index === 1) expect(error(made.pooled!.data as Float32Array, reference(pooled))).toBeLessThan(1e-3);
  }
  const [first, second] = source.texts.map(({ config }) => config.width) as [number, number];
  const joined = Float32Array.from({ length: expected.data.length }, (_, at) => {
    const [row, column] = [Math.floor(at / (first + second)), at % (first + second)];
    return column < first ? parts[0]![row * first + column]! : parts[1]![row * second + column - first]!;
  });
  expect(error(joined, expected)).toBeLessThan(1e-3);
  source.close();
});

test('a single file says the same as the folder', async ({ skip }) => {
  if (!manifest) return skip(`${MANIFEST} is not there`);
  const config = {
    norm_num_groups: 8,
    unet: { attention_head_dim: 8 },
    text_encoder: { num_attention_heads: 4 },
  };
  const file = await openDiffusion(path.join(FOLDER, 'tiny-sd-ldm.safetensors'), { config });
  const folder = await openDiffusion(path.join(FOLDER, 'tiny-sd'));
  expect(file.family).toBe(folder.family);
  expect(file.unet.config).toEqual(folder.unet.config);
  expect(file.vae.config).toEqual(folder.vae.config);
  expect(file.texts[0]!.config).toEqual(folder.texts[0]!.config);
  const pairs = [
    [buildUnet(file.unet.weights, file.unet.config), buildUnet(folder.unet.weights, folder.unet.config)],
    [
      buildVaeDecoder(file.vae.weights, file.vae.config),
      buildVaeDecoder(folder.vae.weights, folder.vae.config),
    ],
    [
      buildVaeEncoder(file.vae.weights, file.vae.config),
      buildVaeEncoder(folder.vae.weights, folder.vae.config),
    ],
    [
      buildClipText(file.texts[0]!.weights, file.texts[0]!.config),
      buildClipText(folder.texts[0]!.weights, folder.texts[0]!.config),
    ],
  ] as const;
  for (const [one, other] of pairs) {
    expect([...one.outside.keys()]).toEqual([...other.outside.keys()]);
    for (const [name, tensor] of one.outside)
      expect(bytesOf(tensor.floats()).equals(bytesOf(other.outside.get(name)!.floats())), name).toBe(true);
  }
  expect(file.unet.weights.unread()).toEqual([]);
  expect(file.vae.weights.unread()).toEqual([]);
  file.close();
  folder.close();
});

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
