import { hashAt } from '../../../random.ts';
import { Lattice, NoiseRows } from './gradient-noise.ts';

/** How octaves are put together: as they are, folded into valleys, or turned up into ridges that carry finer ones. */
export type Fold = 'plain' | 'billows' | 'ridges';

/** Octaves whose cells are smaller than so many pixels would only flicker. */
const LEAST_CELL = 2;
/** Of folded noise: what its usual values are stretched by. */
const RIDGE = 1.6;
/** Places a side at which a field is looked at for its mean and spread. */
const PROBES = 32;

export interface FractalShape {
  readonly seed: number;
  /** Cells of the coarsest octave until it repeats. */
  readonly across: number;
  readonly down: number;
  readonly octaves: number;
  /** Strength of each octave beside the one before, 0..1. */
  readonly gain: number;
  readonly fold: Fold;
}

/**
 * Octaves of gradient noise on a torus, each twice as fine as the one before (fractional Brownian motion; ridges:
 * Musgrave in Ebert et al., "Texturing and Modeling", 2003, chapter 16). Values have mean 0 and a spread of 1.
 */
export class Fractal {
  readonly #lattices: readonly Lattice[];
  readonly #strengths: readonly number[];
  readonly #mean: number = 0;
  readonly #scale: number = 1;

  constructor(readonly shape: FractalShape) {
    const { seed, across, down, octaves, gain } = shape;
    this.#lattices = Array.from(
      { length: octaves },
      (_, octave) => new Lattice(hashAt(octave, 0x5eed, seed), across * 2 ** octave, down * 2 ** octave),
    );
    this.#strengths = this.#lattices.map((_, octave) => gain ** octave);
    [this.#mean, this.#scale] = this.#measure();
  }

  /** @param u,v 0..1 of the tile, or anywhere: it repeats */
  at(u: number, v: number): number {
    const { fold, across, down } = this.shape;
    let sum = 0;
    let weight = 1;
    let x = u * across;
    let y = v * down;
    if (fold === 'plain') {
      for (let octave = 0; octave < this.#lattices.length; octave++, x *= 2, y *= 2)
        sum += this.#strengths[octave]! * this.#lattices[octave]!.at(x, y);
      return (sum - this.#mean) * this.#scale;
    }
    for (let octave = 0; octave < this.#lattices.length; octave++, x *= 2, y *= 2) {
      const noise = this.#lattices[octave]!.at(x, y);
      const strength = this.#strengths[octave]!;
      if (fold === 'billows') sum += strength * Math.abs(noise);
      else {
        const ridge = ridgeOf(noise) * weight;
        weight = carried(ridge);
        sum += strength * ridge;
      }
    }
    return (sum - this.#mean) * this.#scale;
  }

  /** Rows of a tile of that size. @param left,width the columns that are wanted */
  rows(size: { width: number; height: number }, left: number, width: number): FractalRows {
    const fine = this.#lattices.filter(
      (lattice, octave) => octave === 0 || lattice.across * LEAST_CELL <= size.width,
    );
    const octaves = fine.map((lattice) => new NoiseRows(lattice, size, left, width));
    const normal = { mean: this.#mean, scale: this.#scale };
    return new FractalRows(octaves, this.#strengths, this.shape.fold, normal, width);
  }

  #measure(): [mean: number, scale: number] {
    let [sum, squares] = [0, 0];
    for (let y = 0; y < PROBES; y++)
      for (let x = 0; x < PROBES; x++) {
        // Moved off the lattice, on which noise is 0.
        const value = this.at((x + 0.31) / PROBES, (y + 0.57) / PROBES);
        sum += value;
        squares += value * value;
      }
    const mean = sum / PROBES ** 2;
    return [mean, 1 / Math.sqrt(Math.max(1e-9, squares / PROBES ** 2 - mean * mean))];
  }
}

export class FractalRows {
  readonly #octave: Float64Array;
  readonly #weight: Float64Array;

  constructor(
    private readonly octaves: readonly NoiseRows[],
    private readonly strengths: readonly number[],
    private readonly fold: Fold,
    private readonly normal: { readonly mean: number; readonly scale: number },
    readonly width: number,
  ) {
    this.#octave = new Float64Array(width);
    this.#weight = new Float64Array(width);
  }

  /** Row `y` of the tile, which may lie past its ends, into the first entries of `into`. */
  row(y: number, into: Float64Array): void {
    const [octave, weight] = [this.#octave, this.#weight];
    const { mean, scale } = this.normal;
    for (let x = 0; x < this.width; x++) into[x] = 0;
    weight.fill(1);
    for (let index = 0; index < this.octaves.length; index++) {
      this.octaves[index]!.row(y, octave);
      const strength = this.strengths[index]!;
      if (this.fold === 'plain') for (let x = 0; x < octave.length; x++) into[x]! += strength * octave[x]!;
      else if (this.fold === 'billows')
        for (let x = 0; x < octave.length; x++) into[x]! += strength * Math.abs(octave[x]!);
      else
        for (let x = 0; x < octave.length; x++) {
          const ridge = ridgeOf(octave[x]!) * weight[x]!;
          weight[x] = carried(ridge);
          into[x]! += strength * ridge;
        }
    }
    for (let x = 0; x < this.width; x++) into[x] = (into[x]! - mean) * scale;
  }
}

function ridgeOf(noise: number): number {
  const ridge = Math.max(0, 1 - RIDGE * Math.abs(noise));
  return ridge * ridge;
}

/** Finer octaves show on ridges, not in valleys. */
function carried(ridge: number): number {
  return Math.min(1, 2 * ridge);
}
