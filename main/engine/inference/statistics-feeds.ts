import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { STATISTICS, statisticsFeeds } from '../../../contract/statistics.ts';

/** What a session that takes statistics is fed beside the picture; nothing for any other. */
export function statisticsOf(session: InferenceSession, given?: Float32Array): Record<string, Tensor> {
  const input = session.inputMetadata.find(({ name }) => name === STATISTICS.given);
  if (!input?.isTensor) return {};
  return Object.fromEntries(
    Object.entries(statisticsFeeds(Number(input.shape[0]), given)).map(([name, { data, dims }]) => [
      name,
      new Tensor('float32', data, dims),
    ]),
  );
}
