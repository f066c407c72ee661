import path from 'node:path';
import * as ort from 'onnxruntime-node';
import type { DiffusionBundle } from '../../contract/bundle.ts';
import { diffusionStep } from '../../contract/diffusion-step.ts';
import { RULE_IDS, ruleStep } from '../../contract/rules.ts';
import { BundleStore } from '../../models/library/bundles.ts';
import { convertBundle } from '../../models/library/convert-bundle.ts';
import {
  type DiffusionShape,
  TINY_SHAPE,
  writeDiffusionModel,
} from '../../models/testing/diffusion-model.ts';
import { command } from './support/command.ts';
import { Gesso } from './support/engine.ts';
import { Figures } from './support/figures.ts';
import { MEMORY_UNKNOWN } from './support/memory.ts';

/**
 * `npm run bench -- generate`: what the pipeline costs beside the bare network, rules in megapixels a second, and the
 * memory of large pictures. A model of Stable Diffusion's own size is measured by `-- long`.
 */
const quick = process.argv.includes('--quick');
const figures = new Figures(process.argv.includes('--json'));
const gesso = new Gesso();

/** The shape of diffusers' tiny models: four levels of 32 channels. */
const TINY_SD: DiffusionShape = {
  ...TINY_SHAPE,
  channels: [32, 32, 32, 32],
  depths: [1, 1, 1, 0],
  layersPerBlock: 2,
  heads: 8,
  textWidth: 32,
  vaeChannels: [32, 32, 32, 32],
  groups: 8,
};

async function bundleOf(
  name: string,
  shape: DiffusionShape,
): Promise<{ bundle: DiffusionBundle; folder: string }> {
  const source = path.join(gesso.folder, name);
  writeDiffusionModel(source, shape);
  const made = path.join(gesso.folder, `${name}-made`);
  const { format, sha256, ...facts } = await convertBundle({
    ...{ source, wishes: {}, outFolder: made, vocabulary: undefined },
  });
  const bundle = await new BundleStore(gesso.folder).adopt(made, {
    ...{ gesso: 1, id: name, name, licence: 'CC0-1.0', ...facts },
    imported: { from: source, format, sha256, stamp: '' },
  });
  return { bundle, folder: bundle.folder };
}

async function overhead(): Promise<void> {
  figures.heading('Calls of a U-Net of the shape of tiny-sd, 32 x 32');
  const model = await bundleOf('tiny-sd-shape', TINY_SD);
  const [width, height, steps] = [256, 256, quick ? 10 : 40];
  const step = diffusionStep.parse({
    ...{ studio: 'generate', kind: 'diffusion', model: 'tiny', prompt: 'a fox', width, height, steps },
    sampler: 'euler',
  });
  const session = await ort.InferenceSession.create(path.join(model.folder, 'unet.onnx'), {
    ...{ intraOpNumThreads: 2, logSeverityLevel: 3, enableMemPattern: false },
  });
  const floats = (count: number, dims: number[]) =>
    new ort.Tensor(
      'float32',
      Float32Array.from({ length: count }, (_, at) => Math.sin(at)),
      dims,
    );
  const feeds = {
    sample: floats(4 * 32 * 32, [1, 4, 32, 32]),
    time: floats(1, [1]),
    text: floats(77 * 32, [1, 77, 32]),
  };
  const bare: number[] = [];
  const ours: number[] = [];
  const calls: number[] = [];
  for (let round = 0; round < (quick ? 3 : 6); round += 1) {
    const begun = performance.now();
    for (let call = 0; call < 2 * steps; call += 1) await session.run(feeds);
    bare.push((performance.now() - begun) / (2 * steps));
    const { timings } = await gesso.diffuse(model, step, round);
    ours.push(timings.denoise / timings.session);
    calls.push(timings.session / (2 * steps));
  }
  await session.release();
  figures.add('a call, the bare session', Math.min(...bare), 'ms');
  figures.add("a call in the engine, a picture's decoder shared out", Math.min(...calls), 'ms');
  figures.add('from noise to pixels / inside ONNX Runtime', Math.min(...ours), '', { bound: ['<=', 1.1] });
}

async function rules(): Promise<void> {
  figures.heading('Rules');
  for (const rule of RULE_IDS) {
    if (rule === 'quilt') continue;
    const side = quick ? 512 : 1024;
    const step = ruleStep.parse({ studio: 'generate', kind: 'rule', rule, width: side, height: side });
    const { timings } = await gesso.drawRule(step);
    figures.add(`${rule}, ${side} x ${side}`, side ** 2 / 1e3 / (timings.grow + timings.draw), 'MP/s');
  }
}

async function memory(): Promise<void> {
  figures.heading('Memory of large pictures, on the command line, in tiles');
  if (MEMORY_UNKNOWN) return figures.skip('peak memory', MEMORY_UNKNOWN);
  const source = path.join(gesso.folder, 'tiny-large');
  writeDiffusionModel(source, TINY_SHAPE);
  const peaks: number[] = [];
  for (const side of quick ? [512, 1024] : [1024, 4096]) {
    const args = ['generate', '--model', source, '--prompt', 'a fox', '--steps', '1', '--sampler', 'euler'];
    const sized = ['--size', `${side}x${side}`, '--tile', '256', '--guidance', '1', '--seed', '1'];
    const { wall, peak } = await command([...args, ...sized, '--device', 'cpu', '--out', gesso.folder]);
    figures.add(`${side} x ${side}, a step and the decoder`, wall / 1000, 's');
    figures.add(`${side} x ${side}, peak memory (RssAnon, all processes)`, peak / 1e6, 'MB');
    peaks.push(peak);
  }
  figures.add('the larger / the smaller', peaks[1]! / peaks[0]!, '', { bound: ['<=', 1.5] });
}

try {
  await overhead();
  await rules();
  await memory();
} finally {
  gesso.close();
}
process.exitCode = figures.finish();
