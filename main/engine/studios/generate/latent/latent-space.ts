import type { ModelDescriptor } from '../../../../../contract/descriptor.ts';
import { expected, GessoError } from '../../../../../contract/errors.ts';
import type { LatentPlace, LatentStep } from '../../../../../contract/latent-step.ts';
import { TorchRandom } from '../../../torch-random.ts';
import { spherical } from './spherical.ts';

/** What a network makes a picture of. */
export interface LatentPoint {
  readonly z: Float32Array;
  /** Shares of what it may be told, 1 in all; empty where it is told nothing. */
  readonly condition: Float32Array;
}

type Space = Pick<NonNullable<ModelDescriptor['latent']>, 'size' | 'conditions'>;

/** The points of a network's space that a step names: kernels only, nothing runs. */
export class LatentSpace {
  readonly #asked: Float32Array | undefined;
  #passed: readonly LatentPoint[] | undefined;

  /** @throws GessoError recipe/invalid where a condition is asked for that the network does not have */
  constructor(
    private readonly space: Space,
    private readonly step: LatentPlace & Pick<LatentStep, 'walk'>,
  ) {
    this.#asked = askedFor(step.condition, space.conditions);
  }

  /** A picture of the row, counted from the one that the step means. */
  picture(next = 0): LatentPoint {
    const at = this.step.picture + next;
    const { spread } = this.step;
    if (at === 0 || spread === 1) return this.#truncated(this.#mixed(at));
    return this.#truncated(mix([this.#mixed(0), this.#mixed(at)], [1 - spread, spread]));
  }

  /**
   * A point of the walk.
   * @param way 0 at its beginning, 1 at its end, which is the beginning where it loops
   */
  walked(way: number): LatentPoint {
    const points = this.#stops();
    const ways = points.length - 1;
    if (ways < 1) return points[0]!;
    const first = Math.min(ways - 1, Math.floor(way * ways));
    const share = way * ways - first;
    return mix([points[first]!, points[first + 1]!], [1 - share, share]);
  }

  /** What a walk passes, its beginning first, and last too where it loops. */
  #stops(): readonly LatentPoint[] {
    if (this.#passed) return this.#passed;
    const { walk } = this.step;
    const begin = this.picture();
    const stops =
      walk?.stops.map((stop) =>
        typeof stop === 'number'
          ? this.#truncated(this.#seed(stop))
          : new LatentSpace(this.space, stop).picture(),
      ) ?? [];
    this.#passed = [begin, ...stops, ...(walk?.loops ? [begin] : [])];
    return this.#passed;
  }

  /** The seeds of the step, each counted on by `next`, mixed. */
  #mixed(next: number): LatentPoint {
    const { seeds } = this.step;
    return mix(
      seeds.map(({ seed }) => this.#seed(seed + next)),
      seeds.map(({ weight }) => weight),
    );
  }

  /** What `torch.manual_seed(seed)` and `torch.randn(size)` draw; its own condition where none is asked for. */
  #seed(seed: number): LatentPoint {
    const { size, conditions = [] } = this.space;
    const own = new Float32Array(conditions.length);
    if (own.length > 0) own[seed % own.length] = 1;
    return { z: new TorchRandom(seed).randn(size), condition: this.#asked ?? own };
  }

  #truncated({ z, condition }: LatentPoint): LatentPoint {
    const { truncation } = this.step;
    return { z: truncation === 1 ? z : z.map((value) => value * truncation), condition };
  }
}

/** @param weights 0 or more, not all 0; only their ratios count */
function mix(points: readonly LatentPoint[], weights: readonly number[]): LatentPoint {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const condition = points[0]!.condition.map((_, at) =>
    points.reduce((sum, point, index) => sum + (weights[index]! / total) * point.condition[at]!, 0),
  );
  return {
    z: spherical(
      points.map(({ z }) => z),
      weights,
    ),
    condition,
  };
}

/** Shares of the names that are asked for. */
function askedFor(
  asked: LatentPlace['condition'],
  names: readonly string[] | undefined,
): Float32Array | undefined {
  if (asked === undefined) return undefined;
  if (!names)
    throw new GessoError(
      'recipe/invalid',
      'This network was told nothing but numbers: it has no conditions.',
      'Leave the condition out.',
    );
  const weights = typeof asked === 'string' ? { [asked]: 1 } : asked;
  const unknown = Object.keys(weights).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new GessoError(
      'recipe/invalid',
      expected(`one of ${names.join(', ')}`, 'the condition', unknown),
      'Choose one of these, or leave it out: then each seed has its own.',
    );
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  return Float32Array.from(names, (name) => (Object.hasOwn(weights, name) ? weights[name]! / total : 0));
}
