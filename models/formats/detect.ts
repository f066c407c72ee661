import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { GessoError } from '../../contract/errors.ts';
import { brokenModel, unknownModel } from '../errors.ts';
import { NCNN_MAGIC } from './ncnn-param.ts';
import { isTar } from './pytorch.ts';
import { unsafeName } from './safetensors.ts';

export type ModelFormat = 'ncnn' | 'tfjs-layers' | 'tfjs-graph' | 'onnx' | 'pytorch' | 'safetensors';

/**
 * Tells the format of a model by its bytes.
 * @throws GessoError model/missing, model/broken, model/unsafe (a pickle or archive under a safe format's name),
 *   model/unknown-architecture (a format of models that is not read), input/unsupported (no model at all)
 */
export async function detectFormat(file: string): Promise<ModelFormat> {
  const start = await firstBytes(file, 4096);
  if (start.length === 0) throw brokenModel(file, 'it is empty');
  const pytorch = isPytorch(start);
  if (/\.safetensors$/i.test(file)) {
    if (pytorch) throw unsafeName(file, pytorch);
    return 'safetensors';
  }
  if (pytorch) return 'pytorch';
  const text = start.toString('latin1').trimStart();
  if (text.startsWith(NCNN_MAGIC)) return 'ncnn';
  // safetensors: the header's length in 8 bytes, of which the upper ones are 0, then the header.
  if (start[8] === 0x7b && start[7] === 0 && start[6] === 0) return 'safetensors';
  // TensorFlow.js writes the format before the long lists.
  if (text.startsWith('{')) return /"format"\s*:\s*"graph-model"/.test(text) ? 'tfjs-graph' : 'tfjs-layers';
  // An ONNX file begins with its IR version: field 1, a small varint.
  if (start[0] === 8 && (start[1] ?? 0) > 0 && (start[1] ?? 0) < 32) return 'onnx';
  if (/\.bin$/i.test(file) && existsSync(file.replace(/\.bin$/i, '.param'))) {
    throw new GessoError(
      'model/broken',
      `${file} holds only weights.`,
      'Name the .param file beside it instead.',
    );
  }
  const other = OTHER_MODELS.find(([, test]) => test(start));
  if (other) throw unknownModel(file, `the format ${other[0]}`);
  throw new GessoError(
    'input/unsupported',
    `${file} is not a model: it looks like ${kindOf(start)}.`,
    OPENED,
  );
}

const OPENED =
  'Gesso opens models as ONNX, PyTorch (.pth, .pt, .ckpt), safetensors, ncnn (.param with its .bin) and TensorFlow.js (model.json).';

/** @returns what a file of PyTorch is made of, or undefined where it is none */
function isPytorch(start: Buffer): string | undefined {
  if (start.toString('latin1', 0, 4) === 'PK\x03\x04') return 'a zip archive';
  if (isTar(start)) return 'a tar archive';
  // Pickles of protocol 2 and newer name it first; older ones are told by what they begin with.
  const versioned = start[0] === 0x80 && (start[1] ?? 0) >= 2 && (start[1] ?? 0) <= 5;
  return versioned || OLD_PICKLE.test(start.toString('latin1')) ? 'a pickle' : undefined;
}

/** Asks for a class (`cos\nsystem\n`), or begins a list or dictionary and remembers it (`(dp0`). */
const OLD_PICKLE = /^\(?[ci][\w.]+\n[\w.]+\n|^\([dl]p\d+\n|^[\]}]q./;

type Test = (start: Buffer) => boolean;
const begins =
  (sign: string, at = 0): Test =>
  (start) =>
    start.toString('latin1', at, at + sign.length) === sign;

const OTHER_MODELS: readonly (readonly [string, Test])[] = [
  ['of Keras (HDF5)', begins('\x89HDF')],
  ['GGUF', begins('GGUF')],
  ['of TensorFlow Lite', begins('TFL3', 4)],
  ['of NumPy', begins('\x93NUMPY')],
];

const KINDS: readonly (readonly [string, Test])[] = [
  ['a JPEG picture', begins('\xff\xd8\xff')],
  ['a PNG picture', begins('\x89PNG')],
  ['a GIF picture', begins('GIF8')],
  ['a WebP picture', begins('WEBP', 8)],
  ['a TIFF picture', (start) => begins('II*\0')(start) || begins('MM\0*')(start)],
  ['a bitmap picture', begins('BM')],
  ['a HEIF or AVIF picture', (start) => /^ftyp(hei|avi|mif)/.test(start.toString('latin1', 4, 11))],
  ['a film', (start) => begins('ftyp', 4)(start) || begins('\x1a\x45\xdf\xa3')(start)],
  ['a zip archive', begins('PK')],
  ['a gzip archive', begins('\x1f\x8b')],
  ['a 7-Zip archive', begins('7z\xbc\xaf')],
  ['a PDF document', begins('%PDF')],
  ['a database', begins('SQLite format 3')],
  ['a program', (start) => begins('\x7fELF')(start) || begins('MZ')(start)],
  ['a web page', (start) => /^\s*<(!doctype|html)/i.test(start.toString('latin1', 0, 200))],
  ['text', isText],
];

function kindOf(start: Buffer): string {
  return KINDS.find(([, test]) => test(start))?.[0] ?? 'data of a kind that Gesso does not know';
}

function isText(start: Buffer): boolean {
  // The last character may be cut by the end of what was read.
  return !/[^\P{Cc}\s]|\ufffd(?!$)/u.test(start.toString('utf8').replace(/\ufffd+$/, ''));
}

async function firstBytes(file: string, count: number): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const hint = 'Check the name, and that you may read it.';
    throw new GessoError('model/missing', `${file} cannot be read.`, hint, cause);
  }
}
