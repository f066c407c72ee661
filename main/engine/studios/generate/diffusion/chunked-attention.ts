import { GraphBuilder } from '../../../../../models/graph/builder.ts';
import { writeOnnx } from '../../../../../models/graph/write.ts';
import { cpuThreads } from '../../../inference/devices.ts';
import type { SessionThread } from '../../../inference/sessions.ts';
import type { SessionDevice } from '../../../inference/worker-protocol.ts';
import type { FeatureMap } from './feature-map.ts';
import { shared } from './shared.ts';

/** Places whose scores are computed at once, each with each: 16 million scores. */
const QUERIES = 4096;
const KEYS = 4096;

export interface AttentionJob {
  readonly sessions: SessionThread;
  readonly device: SessionDevice;
  /** Maps of tokens. */
  readonly queries: FeatureMap;
  readonly keys: FeatureMap;
  readonly values: FeatureMap;
  readonly result: FeatureMap;
  checkpoint(): void;
  progress(part: number): void;
}

/**
 * Attention of one head over all places of a picture, some rows of queries against some rows of keys at a time: the
 * softmax's largest score and its sum are carried along (Milakov and Gimelshein, arXiv:1805.02867), so the result is
 * that of the whole and memory stays flat.
 */
export async function attendInChunks(job: AttentionJob): Promise<void> {
  const { queries, keys, values, result } = job;
  const { width, height, channels } = queries;
  const session = await job.sessions.hold({
    file: writeOnnx(stepGraph(channels)),
    device: job.device,
    threads: cpuThreads(),
  });
  if (!session) throw new Error('attention was lacking');
  try {
    const queryRows = Math.max(1, Math.floor(QUERIES / width));
    const keyRows = Math.max(1, Math.floor(KEYS / width));
    for (let from = 0; from < height; from += queryRows) {
      const rows = Math.min(queryRows, height - from);
      const count = rows * width;
      const asked = await queries.read(from, rows);
      let state = {
        most: shared(count).fill(-1e30),
        sum: shared(count),
        mixed: shared(count * channels),
      };
      for (let at = 0; at < height; at += keyRows) {
        job.checkpoint();
        const others = Math.min(keyRows, height - at);
        const next = { most: shared(count), sum: shared(count), mixed: shared(count * channels) };
        await session.compute(
          {
            queries: { floats: asked, dims: [count, channels] },
            keys: { floats: await keys.read(at, others), dims: [others * width, channels] },
            values: { floats: await values.read(at, others), dims: [others * width, channels] },
            most: { floats: state.most, dims: [count, 1] },
            sum: { floats: state.sum, dims: [count, 1] },
            mixed: { floats: state.mixed, dims: [count, channels] },
          },
          {
            next_most: { floats: next.most, dims: [count, 1] },
            next_sum: { floats: next.sum, dims: [count, 1] },
            next_mixed: { floats: next.mixed, dims: [count, channels] },
          },
        );
        state = next;
      }
      const { mixed, sum } = state;
      for (let token = 0, i = 0; token < count; token += 1) {
        const total = sum[token]!;
        for (let c = 0; c < channels; c += 1, i += 1) mixed[i] = mixed[i]! / total;
      }
      await result.appendTokens(mixed);
      job.progress((from + rows) / height);
    }
  } finally {
    await job.sessions.forget(session);
  }
}

/** Scores of some queries with some keys, joined with what is known of the keys before. */
function stepGraph(channels: number) {
  const builder = new GraphBuilder('attention-step');
  const queries = builder.extraInput('queries', ['queries', channels]);
  const keys = builder.extraInput('keys', ['keys', channels]);
  const values = builder.extraInput('values', ['keys', channels]);
  const most = builder.extraInput('most', ['queries', 1]);
  const sum = builder.extraInput('sum', ['queries', 1]);
  const mixed = builder.extraInput('mixed', ['queries', channels]);
  const scores = builder.scale(builder.matmul(queries, builder.transpose(keys, [1, 0])), channels ** -0.5);
  const axis = builder.ints([1]);
  const largest = builder.node('ReduceMax', [scores, axis], { keepdims: { int: 1 } });
  const next = builder.node('Max', [most, largest]);
  const before = builder.node('Exp', [builder.sub(most, next)]);
  const parts = builder.node('Exp', [builder.sub(scores, next)]);
  const total = builder.node('ReduceSum', [parts, axis], { keepdims: { int: 1 } });
  const output = (value: string, name: string, columns: number) => {
    builder.extraOutput(value, name, ['queries', columns]);
  };
  output(next, 'next_most', 1);
  output(builder.add(builder.mul(sum, before), total), 'next_sum', 1);
  output(builder.add(builder.mul(mixed, before), builder.matmul(parts, values)), 'next_mixed', channels);
  return builder.graph;
}
