/**
 * Plain enlargement and reduction, row by row, in float32. Pixel centres are aligned (sharp's own enlarging is half
 * a pixel off), and a reduction widens the kernel, so nothing aliases.
 */
export interface Kernel {
  /** Half-width in source pixels at scale 1. */
  radius: number;
  weight(x: number): number;
}

export const LANCZOS3: Kernel = {
  radius: 3,
  weight(x) {
    if (x === 0) return 1;
    if (Math.abs(x) >= 3) return 0;
    const p = Math.PI * x;
    return (3 * Math.sin(p) * Math.sin(p / 3)) / (p * p);
  },
};

/** Catmull-Rom: softer than Lanczos, hardly rings; for alpha, where a ripple would be a visible ghost. */
export const CATMULL_ROM: Kernel = {
  radius: 2,
  weight(x) {
    const a = Math.abs(x);
    if (a >= 2) return 0;
    return a < 1 ? 1.5 * a ** 3 - 2.5 * a ** 2 + 1 : -0.5 * a ** 3 + 2.5 * a ** 2 - 4 * a + 2;
  },
};

export interface Taps {
  /** First source index of each target sample; out-of-range indices are mirrored by `indices`. */
  indices: Int32Array;
  weights: Float32Array;
  /** Taps a sample. */
  count: number;
}

/** The source samples and weights (they add up to 1) of each of `target` samples along one axis. */
function taps(source: number, target: number, kernel: Kernel): Taps {
  const step = source / target;
  const stretch = Math.max(step, 1);
  const reach = kernel.radius * stretch;
  const count = Math.ceil(reach * 2) + 1;
  const indices = new Int32Array(target * count);
  const weights = new Float32Array(target * count);
  for (let i = 0; i < target; i++) {
    const centre = (i + 0.5) * step - 0.5;
    const first = Math.ceil(centre - reach);
    let sum = 0;
    for (let t = 0; t < count; t++) sum += kernel.weight((first + t - centre) / stretch);
    for (let t = 0; t < count; t++) {
      indices[i * count + t] = Math.min(Math.max(first + t, 0), source - 1);
      weights[i * count + t] = kernel.weight((first + t - centre) / stretch) / sum;
    }
  }
  return { indices, weights, count };
}

/**
 * A row resampler in the push direction: source rows go in by order, target rows come out as soon as their last
 * source row is in. It keeps only the rows that a kernel reaches.
 */
export class RowResampler {
  readonly #across: Taps;
  readonly #down: Taps;
  readonly #ring: Float32Array[][];
  readonly #out: Float32Array[];
  #pushed = 0;
  #emitted = 0;

  constructor(
    from: { width: number; height: number },
    private readonly to: { width: number; height: number },
    private readonly channels: number,
    kernel: Kernel,
  ) {
    this.#across = taps(from.width, to.width, kernel);
    this.#down = taps(from.height, to.height, kernel);
    const row = () => Array.from({ length: channels }, () => new Float32Array(to.width));
    this.#ring = Array.from({ length: this.#down.count + 1 }, row);
    this.#out = row();
  }

  /** Takes the next source row; calls `sink` with each target row that it completes (valid during the call). */
  async push(
    planes: readonly Float32Array[],
    sink: (y: number, planes: Float32Array[]) => void | Promise<void>,
  ) {
    const slot = this.#ring[this.#pushed % this.#ring.length]!;
    for (let c = 0; c < this.channels; c++) this.#resampleAcross(planes[c]!, slot[c]!);
    this.#pushed++;
    const { indices, count } = this.#down;
    while (this.#emitted < this.to.height && indices[(this.#emitted + 1) * count - 1]! < this.#pushed) {
      for (let c = 0; c < this.channels; c++) this.#resampleDown(this.#emitted, c);
      const wait = sink(this.#emitted++, this.#out);
      if (wait) await wait;
    }
  }

  #resampleAcross(source: Float32Array, target: Float32Array): void {
    const { indices, weights, count } = this.#across;
    for (let x = 0, at = 0; x < target.length; x++) {
      let sum = 0;
      for (let t = 0; t < count; t++, at++) sum += weights[at]! * source[indices[at]!]!;
      target[x] = sum;
    }
  }

  #resampleDown(y: number, channel: number): void {
    const { indices, weights, count } = this.#down;
    const out = this.#out[channel]!.fill(0);
    for (let t = 0; t < count; t++) {
      const weight = weights[y * count + t]!;
      if (weight === 0) continue;
      const row = this.#ring[indices[y * count + t]! % this.#ring.length]![channel]!;
      for (let x = 0; x < out.length; x++) out[x]! += weight * row[x]!;
    }
  }
}
