import type { ModelDescriptor } from '../../../../../contract/descriptor.ts';
import type { LatentStep } from '../../../../../contract/latent-step.ts';
import { settingsLine } from '../settings-line.ts';

/**
 * The settings of a picture as A1111's web interface writes those of its own, which many programs read: what was asked
 * for, then names and values.
 */
export function latentParameters(
  step: LatentStep,
  { name }: Pick<ModelDescriptor, 'name'>,
  made: { width: number; height: number; software: string },
): string {
  const { seeds, condition, picture, spread, truncation, sheet, walk } = step;
  const asked =
    typeof condition === 'object'
      ? Object.entries(condition).map(([each, weight]) => `(${each}:${weight})`)
      : [condition ?? ''];
  const settings = settingsLine([
    ['Seed', seeds[0]!.seed + picture],
    ['Mix', seeds.length > 1 ? mixed(seeds) : undefined],
    ['Spread', picture > 0 || sheet ? spread : undefined],
    ['Truncation', truncation],
    ['Sheet', sheet && `${sheet.columns}x${sheet.rows}`],
    ['Walk', walk && `${walk.seconds} s at ${walk.fps}`],
    ['Through', walk?.stops.map((stop) => (typeof stop === 'number' ? stop : mixed(stop.seeds))).join(' / ')],
    ['Loop', walk && (walk.loops ? 'yes' : 'no')],
    ['Size', `${made.width}x${made.height}`],
    ['Model', name.replaceAll(',', ' ')],
    ['Version', made.software],
  ]);
  return [asked.join(', '), settings].join('\n');
}

/** What a walk is called where a player shows titles. */
export function walkTitle({ model, seeds, picture }: LatentStep): string {
  return `${model}, walk from seed ${seeds[0]!.seed + picture}`;
}

function mixed(seeds: LatentStep['seeds']): string {
  return seeds.map(({ seed, weight }) => `${seed}:${weight}`).join(' ');
}
