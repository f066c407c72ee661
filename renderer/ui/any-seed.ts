/** 32 bits, as PyTorch's generator takes. */
export function anySeed(): number {
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
  return drawn;
}
