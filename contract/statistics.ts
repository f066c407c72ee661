/**
 * What a network measures over the whole picture (pooled means, variances, attention between channels), as inputs and
 * an output of its ONNX graph, so that all tiles of a picture can be given the same. `values` is the descriptor's
 * `statistics`: how many numbers all of them are together.
 */
export const STATISTICS = {
  /** Input, float32 [values]: all statistics, flat, in the order in which the network comes to them. */
  given: 'statistics',
  /** Input, float32 [1]: the first so many statistics are taken as given, the others measured. */
  known: 'known_statistics',
  /** Output, float32 [values]: what the picture's own are, those given before each being as they are. */
  measured: 'measured_statistics',
} as const;

/** The inputs beside the picture. @param given left out: the network measures for itself, as it was trained to */
export function statisticsFeeds(
  values: number,
  given?: Float32Array,
): Record<string, { data: Float32Array; dims: number[] }> {
  return {
    [STATISTICS.given]: { data: given ?? new Float32Array(values), dims: [values] },
    [STATISTICS.known]: { data: Float32Array.of(given ? Number.POSITIVE_INFINITY : 0), dims: [1] },
  };
}
