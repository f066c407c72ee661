import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Tensor } from './tensor.ts';

const run = promisify(execFile);
/** Beside this file; the bench's bundle runs from .cache/bench. */
const SCRIPT = [
  fileURLToPath(new URL('ncnn_reference.py', import.meta.url)),
  path.resolve(import.meta.dirname, '../../tests/integration/references/ncnn_reference.py'),
].find((file) => existsSync(file))!;
const PYTHONS = process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python'];

/** Runs the network STEM.param, STEM.bin. */
export type Ncnn = (stem: string, input: Tensor) => Promise<Tensor>;

/** A Python with ncnn and numpy, and the environment in which it finds them. */
export interface NcnnPython {
  python: string;
  env: NodeJS.ProcessEnv;
}

/**
 * Finds a Python that has ncnn, or installs ncnn for it into `folder` (once).
 * @returns undefined where there is no Python, or ncnn cannot be had for it
 */
export async function findNcnnPython(folder: string): Promise<NcnnPython | undefined> {
  for (const python of PYTHONS) {
    for (const install of [false, true]) {
      const env = {
        ...process.env,
        PYTHONPATH: [folder, process.env.PYTHONPATH].filter(Boolean).join(path.delimiter),
      };
      try {
        if (install) {
          await mkdir(folder, { recursive: true });
          await run(python, ['-m', 'pip', 'install', '--quiet', '--target', folder, 'ncnn', 'numpy'], {
            timeout: 300_000,
          });
        }
        await run(python, ['-c', 'import ncnn, numpy'], { env, timeout: 60_000 });
        return { python, env };
      } catch {
        // The next way, or none.
      }
    }
  }
  return undefined;
}

export async function findNcnn(folder: string): Promise<Ncnn | undefined> {
  const found = await findNcnnPython(folder);
  return found && ((stem, input) => runNcnn(found, stem, input));
}

/** @returns the output, and milliseconds that the run took */
export async function runNcnn(
  { python, env }: NcnnPython,
  stem: string,
  input: Tensor,
): Promise<Tensor & { ms: number }> {
  const work = await mkdtemp(path.join(tmpdir(), 'gesso-ncnn-'));
  try {
    const [from, to] = [path.join(work, 'in.f32'), path.join(work, 'out.f32')];
    await writeFile(from, new Uint8Array(input.data.buffer, input.data.byteOffset, input.data.byteLength));
    const { stdout } = await run(python, [SCRIPT, stem, from, ...input.dims.slice(1).map(String), to], {
      env,
    });
    const bytes = await readFile(to);
    const data = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const { shape, ms } = JSON.parse(stdout);
    return { data, dims: [1, ...shape], ms };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
