import type { RawPicture } from '../../../media/raw-picture.ts';
import type { Random } from '../../../random.ts';

/** Places of the picture that a patch is looked for at, at first with every third of the pixels that have to fit. */
const CANDIDATES = 500;
const COARSE = 3;
/** The best of those are looked at more closely, and moved by up to so many pixels. */
const FINALISTS = 8;
const NEARBY = 2;
/** Of those that are so little worse than the best one, any may be taken: else the picture would repeat itself. */
const TOLERANCE = 0.1;

/** Places that were taken are worse by that much of the usual difference each time, so that all of the picture is used. */
const WEAR = 0.08;
/** Pixels within which it is the same place. */
const SAME = 8;

/** Pixels that are there already where a patch comes to lie. */
export interface Known {
  /** Their places within the patch. */
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** Their colours, three bytes each. */
  readonly colours: Uint8Array;
}

/** A place of a picture: the left upper corner of a patch. */
export interface PatchPlace {
  readonly picture: RawPicture;
  readonly left: number;
  readonly top: number;
}

/** Takes patches out of pictures that agree with what is there, and remembers where it took them. */
export class PatchSource {
  readonly #taken = new Map<string, number>();

  /** @param pictures all of the same size */
  constructor(private readonly pictures: readonly RawPicture[]) {}

  /** @param size of the patch, smaller than the pictures */
  find(known: Known, size: readonly [number, number], random: Random): PatchPlace {
    const place = findPatch(
      this.pictures,
      known,
      size,
      random,
      (each) => this.#taken.get(this.#key(each)) ?? 0,
    );
    const key = this.#key(place);
    this.#taken.set(key, (this.#taken.get(key) ?? 0) + 1);
    return place;
  }

  #key({ picture, left, top }: PatchPlace): string {
    return `${this.pictures.indexOf(picture)} ${Math.floor(left / SAME)} ${Math.floor(top / SAME)}`;
  }
}

function findPatch(
  pictures: readonly RawPicture[],
  known: Known,
  [width, height]: readonly [number, number],
  random: Random,
  taken: (place: PatchPlace) => number,
): PatchPlace {
  const anywhere = (): PatchPlace => {
    const picture = random.pick(pictures);
    return {
      picture,
      left: random.below(picture.width - width + 1),
      top: random.below(picture.height - height + 1),
    };
  };
  if (known.x.length === 0) return anywhere();
  const rough = Array.from({ length: CANDIDATES }, () => {
    const place = anywhere();
    return { place, error: errorAt(place, known, COARSE, Number.POSITIVE_INFINITY) };
  }).sort((a, b) => a.error - b.error);
  const usual = rough[CANDIDATES >> 1]!.error;
  for (const each of rough) each.error += WEAR * usual * taken(each.place);
  rough.sort((a, b) => a.error - b.error);
  const fine: { place: PatchPlace; error: number }[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const { place } of rough.slice(0, FINALISTS)) {
    const worn = WEAR * usual * COARSE * taken(place);
    for (let dy = -NEARBY; dy <= NEARBY; dy++)
      for (let dx = -NEARBY; dx <= NEARBY; dx++) {
        const [left, top] = [place.left + dx, place.top + dy];
        const { picture } = place;
        if (left < 0 || top < 0 || left + width > picture.width || top + height > picture.height) continue;
        const moved = { picture, left, top };
        const limit = least * (1 + TOLERANCE) - worn;
        const error = errorAt(moved, known, 1, limit);
        if (error > limit) continue;
        least = Math.min(least, error + worn);
        fine.push({ place: moved, error: error + worn });
      }
  }
  return random.pick(fine.filter(({ error }) => error <= least * (1 + TOLERANCE))).place;
}

/** The sum of squared differences, or more than `most` as soon as it is that. */
function errorAt({ picture, left, top }: PatchPlace, known: Known, step: number, most: number): number {
  const { x, y, colours } = known;
  const { data, width } = picture;
  let sum = 0;
  for (let at = 0; at < x.length; at += step) {
    const from = 3 * ((top + y[at]!) * width + left + x[at]!);
    const red = data[from]! - colours[3 * at]!;
    const green = data[from + 1]! - colours[3 * at + 1]!;
    const blue = data[from + 2]! - colours[3 * at + 2]!;
    sum += red * red + green * green + blue * blue;
    if (sum > most) return sum;
  }
  return sum;
}

/**
 * The way through a strip along which two pictures differ least (Efros and Freeman 2001, section 2.1).
 * @param error of `across` pixels for each of `along` steps
 * @returns for each step the first pixel that is on the far side
 */
export function cheapestCut(error: Float64Array, across: number, along: number): Int32Array {
  const cost = error.slice();
  for (let step = 1; step < along; step++)
    for (let x = 0; x < across; x++) {
      const before = (step - 1) * across;
      let least = cost[before + x]!;
      if (x > 0) least = Math.min(least, cost[before + x - 1]!);
      if (x + 1 < across) least = Math.min(least, cost[before + x + 1]!);
      cost[step * across + x]! += least;
    }
  const cut = new Int32Array(along);
  let at = 0;
  for (let step = along - 1; step >= 0; step--) {
    const from = step === along - 1 ? 0 : Math.max(0, at - 1);
    const to = step === along - 1 ? across - 1 : Math.min(across - 1, at + 1);
    at = from;
    for (let x = from; x <= to; x++) if (cost[step * across + x]! < cost[step * across + at]!) at = x;
    cut[step] = at;
  }
  return cut;
}
