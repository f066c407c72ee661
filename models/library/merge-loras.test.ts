import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSafetensors } from '../formats/safetensors.ts';
import { TINY_SHAPE, writeDiffusionModel, writeRandom } from '../testing/diffusion-model.ts';
import { BundleStore, type InstalledBundle } from './bundles.ts';
import { convertBundle } from './convert-bundle.ts';
import { mergeLoras } from './merge-loras.ts';

let folder: string;
let bundle: InstalledBundle;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'gesso-loras-'));
  const source = path.join(folder, 'model');
  writeDiffusionModel(source, TINY_SHAPE);
  const made = path.join(folder, 'made');
  const { format, sha256, ...facts } = await convertBundle({
    ...{ source, wishes: {}, outFolder: made, vocabulary: undefined },
  });
  bundle = await new BundleStore(folder).adopt(made, {
    ...{ gesso: 1, id: 'tiny', name: 'tiny', licence: 'CC0-1.0', ...facts },
    imported: { from: source, format, sha256, stamp: '' },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A weight of the U-Net as it lies in a bundle's folder. */
function weight(at: string, name: string): Float32Array {
  const { offset, length } = JSON.parse(readFileSync(path.join(at, 'unet.json'), 'utf8'))[name];
  const bytes = readFileSync(path.join(at, 'unet.bin')).subarray(offset, offset + length);
  return new Float32Array(new Uint8Array(bytes).buffer);
}

it('adds W + weight * up x down to the weights that it names, in whatever order they lie, and to no others', async () => {
  const lora = path.join(folder, 'lora.safetensors');
  const linear = 'lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_ff_net_2';
  const conv = 'lora_unet_down_blocks_0_resnets_0_conv1';
  writeRandom(
    lora,
    new Map([
      [`${linear}.lora_down.weight`, [2, 64]],
      [`${linear}.lora_up.weight`, [16, 2]],
      [`${conv}.lora_down.weight`, [3, 16, 3, 3]],
      [`${conv}.lora_up.weight`, [16, 3, 1, 1]],
    ]),
    false,
    3,
  );
  const into = path.join(folder, 'merged');
  await mergeLoras(
    bundle,
    bundle.folder,
    [
      { file: lora, weight: 0.75 },
      { file: lora, weight: -0.25 },
    ],
    into,
  );
  const file = readSafetensors(lora);
  const tensors = file.groups.get('')!;
  const read = (name: string) => tensors.get(name)!.floats();
  const [down, up] = [read(`${linear}.lora_down.weight`), read(`${linear}.lora_up.weight`)];
  const name = 'down_blocks.0.attentions.0.transformer_blocks.0.ff.net.2.weight.T';
  const [before, after] = [weight(bundle.folder, name), weight(into, name)];
  for (let row = 0; row < 16; row += 1)
    for (let column = 0; column < 64; column += 1) {
      const delta = up[row * 2]! * down[column]! + up[row * 2 + 1]! * down[64 + column]!;
      expect(after[column * 16 + row]).toBeCloseTo(before[column * 16 + row]! + 0.5 * delta, 5);
    }
  const [kernelDown, kernelUp] = [read(`${conv}.lora_down.weight`), read(`${conv}.lora_up.weight`)];
  const kernel = 'down_blocks.0.resnets.0.conv1.weight';
  const [was, is] = [weight(bundle.folder, kernel), weight(into, kernel)];
  for (let out = 0; out < 16; out += 1)
    for (let at = 0; at < 144; at += 1) {
      const delta = [0, 1, 2].reduce(
        (sum, rank) => sum + kernelUp[out * 3 + rank]! * kernelDown[rank * 144 + at]!,
        0,
      );
      expect(is[out * 144 + at]).toBeCloseTo(was[out * 144 + at]! + 0.5 * delta, 5);
    }
  const places: Record<string, unknown> = JSON.parse(readFileSync(path.join(into, 'unet.json'), 'utf8'));
  for (const other of Object.keys(places))
    if (other !== name && other !== kernel) expect(weight(into, other)).toEqual(weight(bundle.folder, other));
  file.close();
});
