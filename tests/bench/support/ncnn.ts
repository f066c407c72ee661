import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { NcnnPython } from '../../integration/references/ncnn.ts';

/** The bench runs from .cache/bench; Python scripts are not bundled. */
const SCRIPT = path.resolve(import.meta.dirname, '../../tests/bench/support/ncnn_bench.py');

type Question =
  | { open: string; threads: number; winograd: boolean }
  | { run: string; shape: readonly number[] };

/** ncnn in a Python process that stays, one question at a time. */
export class Ncnn {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  constructor({ python, env }: NcnnPython) {
    this.#child = spawn(python, [SCRIPT], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface(this.#child.stdout!);
  }

  /** @returns milliseconds */
  ask(question: Question): Promise<number> {
    return new Promise((resolve, reject) => {
      const died = () => reject(new Error('ncnn ended'));
      this.#child.once('exit', died);
      this.#lines.once('line', (line) => {
        this.#child.off('exit', died);
        resolve(JSON.parse(line).ms);
      });
      this.#child.stdin!.write(`${JSON.stringify(question)}\n`);
    });
  }

  close(): void {
    this.#child.kill();
  }
}
