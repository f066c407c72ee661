import type { RunModel, RunTensor } from '../library/run-model.ts';

interface Session {
  run(feeds: Record<string, unknown>): Promise<Record<string, { data: unknown; dims: readonly number[] }>>;
}

/** As much of onnxruntime-node as a test needs; the test imports it and hands it in. */
interface Runtime {
  readonly InferenceSession: {
    create(model: string | Uint8Array, options: { logSeverityLevel: 3 }): Promise<Session>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => object;
}

/** Runs a model's bytes once. */
export async function runBytes(
  runtime: Runtime,
  model: string | Uint8Array,
  feeds: Readonly<Record<string, RunTensor>>,
): Promise<Record<string, RunTensor>> {
  return runSession(runtime, await runtime.InferenceSession.create(model, { logSeverityLevel: 3 }), feeds);
}

async function runSession(
  runtime: Runtime,
  session: Session,
  feeds: Readonly<Record<string, RunTensor>>,
): Promise<Record<string, RunTensor>> {
  const named = Object.entries(feeds).map(([name, { data, dims }]) => [
    name,
    new runtime.Tensor('float32', data, dims),
  ]);
  const outputs = Object.entries(await session.run(Object.fromEntries(named)));
  return Object.fromEntries(
    outputs.map(([name, { data, dims }]) => [name, { data: data as Float32Array, dims }]),
  );
}

/** Runs files; each is opened once. */
export function runnerOf(runtime: Runtime): RunModel {
  const sessions = new Map<string, Promise<Session>>();
  return async (file, feeds) => {
    const session = sessions.get(file) ?? runtime.InferenceSession.create(file, { logSeverityLevel: 3 });
    sessions.set(file, session);
    return runSession(runtime, await session, feeds);
  };
}
