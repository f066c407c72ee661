import { GessoError } from '../../../contract/errors.ts';
import type { Options } from './options.ts';

const SPACINGS = ['leading', 'linspace', 'trailing'] as const;
export type Spacing = (typeof SPACINGS)[number];

export function readSpacing(options: Options, fallback: Spacing): Spacing {
  return options.choice('timestep_spacing', SPACINGS, fallback);
}

/**
 * @param length steps of training
 * @throws GessoError recipe/invalid unless 1 <= steps <= length, both whole
 */
export function checkSteps(steps: number, length: number): void {
  if (Number.isInteger(steps) && steps >= 1 && steps <= length) return;
  throw new GessoError(
    'recipe/invalid',
    `${steps} steps cannot be made: this model has ${length}.`,
    `Ask for 1 to ${length} steps; 20 to 30 are usual.`,
  );
}

/**
 * The steps of training that a run looks at, from noise to picture (Lin et al. 2023, table 2).
 * @param end steps of training that take part, counted from the picture
 * @param isOpen a point more is laid out and the last one left away, as DPM-Solver and UniPC do: they end at the
 * picture itself, not at the first step of training
 */
export function spacedSteps(
  { spacing, length, offset }: { spacing: Spacing; length: number; offset: number },
  steps: number,
  end = length,
  isOpen = false,
): number[] {
  const points = isOpen ? steps + 1 : steps;
  if (spacing === 'trailing') {
    const gap = length / steps;
    const count = Math.min(steps, Math.ceil(end / gap));
    return Array.from({ length: count }, (_, i) => roundHalfEven(end - i * gap) - 1);
  }
  const gap = Math.floor(end / points);
  const at = (i: number) =>
    spacing === 'leading' ? i * gap + offset : roundHalfEven(linear(end - 1, points, i));
  return Array.from({ length: steps }, (_, i) => at(points - 1 - i));
}

/** As `spacedSteps`, without rounding `linspace`: for samplers that look between steps of training. */
export function spacedTimes(
  layout: { spacing: Spacing; length: number; offset: number },
  steps: number,
): number[] {
  if (layout.spacing !== 'linspace') return spacedSteps(layout, steps);
  return Array.from({ length: steps }, (_, i) =>
    Math.fround(linear(layout.length - 1, steps, steps - 1 - i)),
  );
}

/** Rounds as NumPy does: 0.5 to the even neighbour. */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const part = value - below;
  if (part !== 0.5) return part < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** Point i of an even division of 0..last. */
function linear(last: number, points: number, i: number): number {
  if (points === 1) return 0;
  return i === points - 1 ? last : i * (last / (points - 1));
}
