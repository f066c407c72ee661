import path from 'node:path';
import type { BUNDLE_GRAPHS, DiffusionBundle } from '../../../../../contract/bundle.ts';
import { brokenModel } from '../../../../../models/errors.ts';
import type { BundleFacts } from '../../../../../models/library/bundle-facts.ts';
import { convertBundle } from '../../../../../models/library/convert-bundle.ts';
import type { SessionThread } from '../../../inference/sessions.ts';
import type { Params } from '../../../protocol/methods.ts';
import { BundleNetworks } from './networks.ts';

export interface ConvertContext {
  readonly sessions: SessionThread;
  checkpoint(): void;
  progress(fraction: number): void;
}

/** Writing takes most of the time of a conversion. */
const WRITTEN = 0.85;
/** Places of the latents of a trial run, along each axis: the least that a U-Net halves three times. */
const TRIAL = 8;

/**
 * Converts a diffusion model and runs each of its networks once on a small picture: what does not run, or makes no
 * numbers, is not installed.
 * @throws GessoError model/broken and what opening the source throws
 */
export async function convertDiffusion(
  { source, wishes, outFolder, vocabulary }: Params<'bundle.convert'>,
  { sessions, checkpoint, progress }: ConvertContext,
): Promise<BundleFacts> {
  const facts = await convertBundle({
    ...{ source, wishes, outFolder, vocabulary, checkpoint },
    onProgress: (fraction) => progress(fraction * WRITTEN),
  });
  await tryBundle(facts, outFolder, sessions, checkpoint);
  progress(1);
  return facts;
}

async function tryBundle(
  facts: BundleFacts,
  folder: string,
  sessions: SessionThread,
  checkpoint: () => void,
): Promise<void> {
  const bundle: DiffusionBundle = {
    ...facts,
    ...{ gesso: 1, id: 'trial', name: 'trial', licence: '', installedAt: '', files: {} },
    // Enough that no two networks are held at once.
    bytes: Number.MAX_SAFE_INTEGER,
    imported: { from: '', format: facts.format, sha256: facts.sha256, stamp: '' },
  };
  const networks = new BundleNetworks({ bundle, folder }, sessions, 'cpu');
  const fail = (graph: (typeof BUNDLE_GRAPHS)[number]) =>
    brokenModel(path.join(folder, `${graph}.onnx`), 'its network makes no numbers');
  const isSound = (values: Float32Array) => values.every(Number.isFinite);
  try {
    for (const [index, { tokens }] of bundle.texts.entries()) {
      checkpoint();
      const { normed } = await networks.text(index, { ids: Array<number>(tokens).fill(0), end: 1 });
      if (!isSound(normed)) throw fail(index === 0 ? 'text' : 'text2');
    }
    checkpoint();
    const size = { height: TRIAL, width: TRIAL };
    const places = TRIAL * TRIAL;
    const tokens = bundle.texts[0]?.tokens ?? 0;
    const condition = {
      text: new Float32Array(tokens * bundle.textWidth).fill(0.1),
      tokens,
      ...(bundle.pooledWidth && { pooled: new Float32Array(bundle.pooledWidth) }),
    };
    const sample = new Float32Array(bundle.inputChannels * places).map((_, at) => Math.sin(at));
    const pixels = TRIAL * bundle.latentStep;
    const sizes = [pixels, pixels, 0, 0, pixels, pixels];
    if (!isSound(await networks.predict(sample, size, 500, condition, sizes))) throw fail('unet');
    checkpoint();
    const latents = new Float32Array(bundle.latentChannels * places).map((_, at) => Math.cos(at));
    const decoded = await networks.decode(latents, size);
    if (!isSound(decoded)) throw fail('vae-decoder');
    const moments = await networks.encode(decoded, { height: pixels, width: pixels });
    if (!isSound(moments)) throw fail('vae-encoder');
  } finally {
    await networks.close();
  }
}
