import { parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { statisticsOf } from './statistics-feeds.ts';
import { TensorShelf } from './tensor-shelf.ts';
import { openPart, openVariant } from './variants.ts';
import type { WorkerReply, WorkerRequest } from './worker-protocol.ts';

type ComputeRequest = Extract<WorkerRequest, { kind: 'compute' }>;

/**
 * The session thread: `run` blocks its thread, so sessions live here and the engine's loop stays free to decode,
 * encode and hear cancel. Requests are served one after the other in order of arrival.
 */
const sessions = new Map<number, InferenceSession>();
const shelf = new TensorShelf();

async function serve(request: WorkerRequest): Promise<WorkerReply> {
  const { id } = request;
  if (request.kind === 'open') {
    const { fixed, lean, alone, thrifty, planned } = request;
    const open = (file: string | Uint8Array) =>
      // Its declarations have a method for files and another for bytes.
      InferenceSession.create(file as string, {
        executionProviders: request.device === 'cpu' ? ['cpu'] : [request.device, 'cpu'],
        intraOpNumThreads: request.threads,
        graphOptimizationLevel: 'all',
        ...(fixed && { freeDimensionOverrides: { height: fixed.height, width: fixed.width } }),
        // A plan of all memory at once, made after the first run, keeps what the first run took beside it.
        ...(lean && !planned && { enableMemPattern: false }),
        // Threads that wait for the next run spin, in the way of the session that runs next: a fifth of the time with
        // two. Alone, waking them takes some per cent.
        ...(lean && !alone && { extra: { session: { force_spinning_stop: '1' } } }),
        ...(thrifty && { enableCpuMemArena: false }),
        // 3 = errors only: ONNX Runtime's warnings are about graphs, not about pictures.
        logSeverityLevel: 3,
      });
    const session = request.part
      ? await openPart(request, open)
      : ((await openVariant(request, open)) ?? (await open(request.file)));
    if (!session) return { kind: 'lacking', id };
    sessions.set(request.session, session);
    return {
      kind: 'opened',
      id,
      inputs: [...session.inputNames],
      outputs: [...session.outputNames],
      sizes: sizesOf(session),
    };
  }
  if (request.kind === 'keep') {
    shelf.keep(request.number, shelf.copy(request.floats, request.dims));
    return { kind: 'done', id };
  }
  if (request.kind === 'fetch') {
    request.floats.set(shelf.get(request.number).data as Float32Array);
    return { kind: 'done', id };
  }
  if (request.kind === 'drop') {
    for (const number of request.numbers) shelf.drop(number);
    return { kind: 'done', id };
  }
  const session = sessions.get(request.session);
  if (!session) throw new Error(`session ${request.session} is not open`);
  switch (request.kind) {
    case 'run': {
      const begun = performance.now();
      // ONNX Runtime does not take shared memory ("Invalid argument"), so the tile is copied once.
      const feeds = {
        [session.inputNames[0]!]: new Tensor('float32', request.input.slice(), request.dims),
        ...statisticsOf(session, request.statistics),
      };
      const results = await session.run(feeds);
      const output = results[session.outputNames[0]!]!;
      const milliseconds = performance.now() - begun;
      const data = output.data as Float32Array;
      if (data.length !== request.output.length)
        throw new Error(`the model gave ${output.dims.join('x')}, not the size its scale promises`);
      request.output.set(data);
      output.dispose();
      return { kind: 'ran', id, milliseconds, dims: [...output.dims] };
    }
    case 'infer': {
      const feeds = {
        ...statisticsOf(session),
        ...Object.fromEntries(
          Object.entries(request.feeds).map(([name, t]) => [name, new Tensor('float32', t.data, t.dims)]),
        ),
      };
      const results = await session.run(feeds);
      const outputs = Object.fromEntries(
        Object.entries(results).map(([name, t]) => [
          name,
          { data: Float32Array.from(t.data as Float32Array), dims: [...t.dims] },
        ]),
      );
      return { kind: 'inferred', id, outputs };
    }
    case 'compute':
      return { kind: 'computed', id, milliseconds: await compute(session, request) };
    case 'close':
      sessions.delete(request.session);
      await session.release();
      shelf.tidy();
      return { kind: 'done', id };
  }
}

function sizesOf(session: InferenceSession): Record<string, number[]> {
  return Object.fromEntries(
    session.outputMetadata.flatMap((output) =>
      output.isTensor && output.shape.every((size) => typeof size === 'number')
        ? [[output.name, [...output.shape] as number[]]]
        : [],
    ),
  );
}

/** @returns milliseconds inside ONNX Runtime */
async function compute(session: InferenceSession, { feeds, wanted }: ComputeRequest): Promise<number> {
  const lent: Tensor[] = [];
  const lend = (tensor: Tensor) => {
    lent.push(tensor);
    return tensor;
  };
  try {
    const fed = mapped(feeds, (given) =>
      'kept' in given ? shelf.get(given.kept) : lend(shelf.copy(given.floats, given.dims)),
    );
    // Given beforehand, or ONNX Runtime would make new memory of V8's for each of them.
    const results = mapped(wanted, ({ dims }) => lend(shelf.room(dims)));
    const begun = performance.now();
    await session.run(fed, results);
    const milliseconds = performance.now() - begun;
    for (const [name, target] of Object.entries(wanted)) {
      const made = results[name]!;
      if ('floats' in target) target.floats.set(made.data as Float32Array);
      else {
        lent.splice(lent.indexOf(made), 1);
        shelf.keep(target.keep, made);
      }
    }
    return milliseconds;
  } finally {
    for (const tensor of lent) shelf.giveBack(tensor);
  }
}

function mapped<T, R>(record: Record<string, T>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

let chain: Promise<void> = Promise.resolve();

parentPort?.on('message', (request: WorkerRequest) => {
  chain = chain.then(async () => {
    let reply: WorkerReply;
    try {
      reply = await serve(request);
    } catch (problem) {
      reply = {
        kind: 'failed',
        id: request.id,
        message: problem instanceof Error ? problem.message : String(problem),
      };
    }
    parentPort?.postMessage(reply);
  });
});
