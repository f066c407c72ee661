/** Floats that the session thread writes into without a copy. */
export function shared(count: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(count * 4));
}
