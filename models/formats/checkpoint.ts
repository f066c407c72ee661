/** How a tensor's values are stored. */
export const STORED_BYTES = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
} as const;
export type StoredType = keyof typeof STORED_BYTES;

/** One tensor of a file. Its place and size were checked when the file was opened; values are read when asked for. */
export interface StoredTensor {
  readonly type: StoredType;
  readonly dims: readonly number[];
  /**
   * The values as float32, row-major, in an array that nobody else holds.
   * @throws GessoError model/broken where the file has changed or a float is not a number
   */
  floats(): Float32Array;
}

export type NamedTensors = ReadonlyMap<string, StoredTensor>;

/** A file of named tensors without a graph: what PyTorch and safetensors keep. */
export interface Checkpoint {
  readonly format: 'pytorch' | 'safetensors';
  /**
   * Tensors by name, one group a dictionary that holds any: '' for those at the top, else the keys that lead there,
   * joined by dots (`params_ema`, `state_dict`).
   */
  readonly groups: ReadonlyMap<string, NamedTensors>;
  /** Closes the file; tensors cannot be read afterwards. */
  close(): void;
}
