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
 * Like `withGraph`, but the graph stays open until another one is wanted, or `letGoOfGraph`.
 * @param kept `key` tells apart what the graph is made of; `threads` as of `OpenGraph.open`
 */
export async function withKeptGraph<T>(
  { key, threads }: { key: string; threads: number },
  sessions: SessionThread,
  make: () => Promise<Graph>,
  work: (open: OpenGraph) => Promise<T>,
): Promise<T> {
  let kept = last.get(sessions);
  if (kept?.key !== key) {
    const before = kept;
    kept = { key, open: make().then((graph) => OpenGraph.open(graph, { sessions, threads })), users: 0 };
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

/** Closes the graph that was kept, at once or after the run in hand. */
export async function letGoOfGraph(sessions: SessionThread): Promise<void> {
  const kept = last.get(sessions);
  last.delete(sessions);
  if (kept?.users === 0) await close(kept);
}

/** One that did not open has nothing to close: whoever waited for it was told. */
async function close({ open }: Kept): Promise<void> {
  await open.then(
    (graph) => graph.close(),
    () => {},
  );
}
