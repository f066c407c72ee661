/** Runs an ONNX file once. Called several times with the same file: keep the session between calls. */
export type RunModel = (
  onnxFile: string,
  feeds: Readonly<Record<string, RunTensor>>,
) => Promise<Readonly<Record<string, RunTensor>>>;

/** Row-major float32. */
export interface RunTensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

export interface SizeRule {
  /** Width and height must be a multiple of this many pixels... */
  readonly multipleOf: number;
  /** ...and at least this many. */
  readonly minimum: number;
}
