import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { answer } from './support/program.ts';

interface OpenBare {
  file: string;
  threads: number;
  /** NCHW floats of `dims` each. */
  tiles: Float32Array[];
  dims: number[];
  /** A folder for ONNX Runtime's trace of every run; it slows the runs a little. */
  profile?: string;
}

let session: InferenceSession | undefined;
let given: OpenBare;

/**
 * ONNX Runtime alone, in a worker and with the session options of main/engine/inference/worker.ts: the tiles lie
 * ready in memory, and nothing is done with what comes out.
 */
const handlers = {
  /** @returns milliseconds that opening took */
  open: async (question: OpenBare) => {
    await session?.release();
    given = question;
    const { file, threads, profile } = question;
    const begun = performance.now();
    session = await InferenceSession.create(file, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      ...(profile && { enableProfiling: true, profileFilePrefix: path.join(profile, 'trace') }),
    });
    return performance.now() - begun;
  },
  /** @returns milliseconds of all tiles, one after the other */
  pass: async (_: null) => {
    const { inputNames, outputNames } = session!;
    const begun = performance.now();
    for (const tile of given.tiles) {
      const results = await session!.run({ [inputNames[0]!]: new Tensor('float32', tile, given.dims) });
      results[outputNames[0]!]!.dispose();
    }
    return performance.now() - begun;
  },
  /** Ends the trace. @returns milliseconds by operator over all runs since `open` */
  profile: async (_: null) => {
    session!.endProfiling();
    const [trace] = readdirSync(given.profile!);
    return byOperator(JSON.parse(readFileSync(path.join(given.profile!, trace!), 'utf8')));
  },
};
export type Bare = typeof handlers;

interface TraceEvent {
  cat: string;
  name: string;
  /** Microseconds. */
  dur: number;
  args?: { op_name?: string };
}

function byOperator(trace: TraceEvent[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { cat, name, dur, args } of trace) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || !args?.op_name) continue;
    sums[args.op_name] = (sums[args.op_name] ?? 0) + dur / 1000;
  }
  return sums;
}

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  process.on('message', (message) => worker.postMessage(message));
  process.on('disconnect', () => process.exit(0));
  worker.on('message', (reply) => process.send?.(reply));
} else {
  answer(parentPort!, (reply) => parentPort!.postMessage(reply), handlers);
}
