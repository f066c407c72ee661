import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DiffusionWishes } from '../../../contract/bundle.ts';
import { GessoError } from '../../../contract/errors.ts';
import { brokenModel, unknownModel } from '../../errors.ts';
import type { Checkpoint, StoredTensor } from '../../formats/checkpoint.ts';
import { openCheckpoint } from '../../formats/open.ts';
import { Weights } from '../weights.ts';
import { readTextConfig, readUnetConfig, readVaeConfig } from './folder-config.ts';
import { TRAINED_SCHEDULE, wishedSchedule } from './scheduler-config.ts';
import { checkInputs, refiner } from './single-file.ts';
import { type DiffusionSource, familyOf, type PartOf } from './source.ts';
import { withNewAttention } from './vae-file.ts';
import { Wished } from './wishes.ts';

/** A config is some kilobytes; a list of sharded weights some hundred. */
const MAX_JSON = 4 * 2 ** 20;

/** Whether a folder is a model as diffusers saves it. */
export function isDiffusersFolder(folder: string): boolean {
  return existsSync(path.join(folder, 'model_index.json'));
}

/**
 * Opens a folder as diffusers saves a pipeline. Its configs say how the parts are built; its weights are safetensors,
 * or checkpoints of PyTorch, whole or in shards.
 * @throws GessoError model/missing, model/broken, model/unsafe, model/unknown-architecture
 */
export async function openDiffusersFolder(folder: string, wishes: DiffusionWishes): Promise<DiffusionSource> {
  const opened: Checkpoint[] = [];
  const files: string[] = [];
  const close = () => {
    for (const checkpoint of opened) checkpoint.close();
  };
  const part = async <Config>(
    name: string,
    stems: readonly string[],
    read: (json: unknown, tensors: ReadonlyMap<string, StoredTensor>, file: string) => Config,
  ): Promise<PartOf<Config>> => {
    const at = path.join(folder, name);
    const weightFiles = weightFilesOf(at, stems, name);
    const tensors = new Map<string, StoredTensor>();
    for (const file of weightFiles) {
      const checkpoint = await openCheckpoint(file);
      opened.push(checkpoint);
      files.push(file);
      for (const [key, tensor] of [...checkpoint.groups.values()].flatMap((group) => [...group]))
        tensors.set(key, tensor);
    }
    const file = path.join(at, 'config.json');
    return {
      weights: new Weights(
        withNewAttention(tensors),
        weightFiles[0] ?? at,
        `the ${name} of a diffusion model`,
      ),
      config: read(readJson(file), tensors, file),
    };
  };
  try {
    const index = readJson(path.join(folder, 'model_index.json'));
    const wished = new Wished(wishes);
    const unet = await part('unet', ['diffusion_pytorch_model'], (json, _, file) =>
      wished.unet(readUnetConfig(json, file)),
    );
    if (/Refiner/i.test(String(index._class_name)) || !existsSync(path.join(folder, 'text_encoder')))
      throw isOnlySecond(folder) ? refiner(folder) : withoutText(folder);
    checkInputs(unet.config, path.join(folder, 'unet'));
    const family = familyOf(unet.config);
    const vae = await part('vae', ['diffusion_pytorch_model'], (json, _, file) =>
      wished.vae(readVaeConfig(json, file)),
    );
    const names = family === 'sdxl' ? ['text_encoder', 'text_encoder_2'] : ['text_encoder'];
    const texts = [];
    for (const [at, name] of names.entries()) {
      if (!existsSync(path.join(folder, name))) throw withoutText(folder);
      texts.push(
        await part(name, ['model', 'pytorch_model'], (json, tensors, file) =>
          wished.text(readTextConfig(json, tensors.has('text_projection.weight'), file), at),
        ),
      );
    }
    const schedule = path.join(folder, 'scheduler', 'scheduler_config.json');
    const sampleSize = Number(readJson(path.join(folder, 'unet', 'config.json')).sample_size) || 64;
    return {
      format: 'diffusers',
      family,
      ...{ unet, vae, texts },
      tokenizers: names.map((_, at) => {
        const at2 = path.join(folder, at === 0 ? 'tokenizer' : 'tokenizer_2');
        return existsSync(path.join(at2, 'vocab.json')) ? { folder: at2 } : undefined;
      }),
      scheduler: wishedSchedule(existsSync(schedule) ? readJson(schedule) : TRAINED_SCHEDULE, wishes),
      nativeSize: sampleSize * 2 ** (vae.config.channels.length - 1),
      zerosForEmpty: index.force_zeros_for_empty_prompt === true,
      files,
      close,
    };
  } catch (thrown) {
    close();
    throw thrown;
  }
}

function isOnlySecond(folder: string): boolean {
  return existsSync(path.join(folder, 'text_encoder_2'));
}

function withoutText(folder: string): GessoError {
  return new GessoError(
    'model/broken',
    `${folder} lacks a text encoder.`,
    'Copy the whole folder of the model, text_encoder and, for SDXL, text_encoder_2 among its parts.',
  );
}

/** Whole files before shards, safetensors before PyTorch's, full precision before half. */
function weightFilesOf(folder: string, stems: readonly string[], part: string): string[] {
  for (const ending of ['safetensors', 'bin']) {
    for (const variant of ['', '.fp16']) {
      for (const stem of stems) {
        const file = path.join(folder, `${stem}${variant}.${ending}`);
        if (existsSync(file)) return [file];
        const list = path.join(folder, `${stem}.${ending}.index${variant}.json`);
        if (existsSync(list)) return shardsOf(list);
      }
    }
  }
  throw new GessoError(
    'model/broken',
    `${folder} holds no weights of the ${part}.`,
    'Copy the whole folder of the model; its weights are the files that end in .safetensors or .bin.',
  );
}

function shardsOf(list: string): string[] {
  const { weight_map: map } = readJson(list);
  const names = typeof map === 'object' && map !== null ? [...new Set(Object.values(map))] : [];
  if (names.length === 0) throw brokenModel(list, 'it lists no weights');
  return names.map((name) => {
    if (typeof name !== 'string' || !/^[\w.-]+$/.test(name))
      throw unknownModel(list, 'weights in other folders');
    return path.join(path.dirname(list), name);
  });
}

/** @throws GessoError model/missing, model/broken */
export function readJson(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const hint = 'Check that the folder of the model is whole, and that you may read it.';
    throw new GessoError('model/missing', `${file} cannot be read.`, hint, cause);
  }
  if (text.length > MAX_JSON) throw brokenModel(file, 'it is too long');
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json))
      return json as Record<string, unknown>;
  } catch (cause) {
    throw brokenModel(file, 'it is not valid JSON', cause);
  }
  throw brokenModel(file, 'it holds no settings');
}
