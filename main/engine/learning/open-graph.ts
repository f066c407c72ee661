import type { Graph } from '../../../models/graph/graph.ts';
import { countOf } from '../../../models/graph/values.ts';
import { writeOnnx } from '../../../models/graph/write.ts';
import { cpuThreads } from '../inference/devices.ts';
import type { ModelSession, SessionThread } from '../inference/sessions.ts';
import type { Fed, SessionDevice } from '../inference/worker-protocol.ts';

/** Floats that go into a graph, with their sizes. */
export interface Given {
  readonly floats: Float32Array;
  readonly dims: readonly number[];
}

/** As the session thread takes it. */
export const fed = ({ floats, dims }: Given): Fed => ({ floats, dims: [...dims] });

/** Shared memory for what comes out of a graph, by name; its sizes are numbers. */
export function roomFor(outputs: Graph['outputs']): Record<string, { floats: Float32Array; dims: number[] }> {
  return Object.fromEntries(
    outputs.map(({ name, dims }) => {
      const sizes = dims.map(Number);
      return [name, { floats: new Float32Array(new SharedArrayBuffer(4 * countOf(sizes))), dims: sizes }];
    }),
  );
}

interface OpenOptions {
  readonly sessions: SessionThread;
  /** Left out: the processor. */
  readonly device?: SessionDevice;
  /** A graph of small products is done before a second thread has woken up. */
  readonly threads?: number;
}

/** A graph that is open for a while, each run of which has the same sizes. */
export class OpenGraph {
  private constructor(
    readonly session: ModelSession,
    private readonly sessions: SessionThread,
    private readonly graph: Graph,
  ) {}

  static async open(graph: Graph, options: OpenOptions): Promise<OpenGraph> {
    const { sessions, device = 'cpu', threads = cpuThreads() } = options;
    const file = writeOnnx(graph);
    const session = await sessions.hold({ file, device, threads, alone: true, planned: true });
    if (!session) throw new Error('the graph does not open');
    return new OpenGraph(session, sessions, graph);
  }

  /** @param kept inputs that are tensors kept in the thread @returns outputs by name */
  async run(
    given: Readonly<Record<string, Given>>,
    kept: Readonly<Record<string, Fed>> = {},
  ): Promise<Record<string, Float32Array>> {
    const feeds: Record<string, Fed> = { ...kept };
    for (const [name, value] of Object.entries(given)) feeds[name] = fed(value);
    const wanted = roomFor(this.graph.outputs);
    await this.session.compute(feeds, wanted);
    return Object.fromEntries(Object.entries(wanted).map(([name, { floats }]) => [name, floats]));
  }

  close(): Promise<void> {
    return this.sessions.forget(this.session);
  }
}

/** Opens a graph for as long as `work` takes. */
export async function withGraph<T>(
  graph: Graph,
  sessions: SessionThread,
  work: (open: OpenGraph) => Promise<T>,
): Promise<T> {
  const open = await OpenGraph.open(graph, { sessions });
  try {
    return await work(open);
  } finally {
    await open.close();
  }
}
