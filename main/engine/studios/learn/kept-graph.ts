import type { Graph } from '../../../../models/graph/graph.ts';
import type { SessionThread } from '../../inference/sessions.ts';
import { OpenGraph } from '../../learning/open-graph.ts';

interface Kept {
  readonly key: string;
  readonly open: Promise<OpenGraph>;
  users: number;
}

/** The graph that was used last, of each session thread: opening one takes longer than a suggestion may. */
const last = new WeakMap<SessionThread, Kept>();

/**
 * Like `withGraph`, but the graph stays open until another one is wanted; for small graphs of small products, which
 * one thread is done with before a second has woken up.
 * @param key tells apart what the graph is made of
 */
export async function withKeptGraph<T>(
  key: string,
  sessions: SessionThread,
  make: () => Promise<Graph>,
  work: (open: OpenGraph) => Promise<T>,
): Promise<T> {
  let kept = last.get(sessions);
  if (kept?.key !== key) {
    const before = kept;
    kept = { key, open: make().then((graph) => OpenGraph.open(graph, { sessions, threads: 1 })), users: 0 };
    last.set(sessions, kept);
    kept.open.catch(() => last.delete(sessions));
    if (before?.users === 0) await close(before);
  }
  kept.users += 1;
  try {
    return await work(await kept.open);
  } finally {
    kept.users -= 1;
    if (kept.users === 0 && last.get(sessions) !== kept) await close(kept);
  }
}

/** One that did not open has nothing to close: whoever waited for it was told. */
async function close({ open }: Kept): Promise<void> {
  await open.then(
    (graph) => graph.close(),
    () => {},
  );
}
