import type { PageWords } from '../../../contract/generate-settings.ts';
import { isSampler, SAMPLERS, spacingsOf } from '../../../contract/samplers.ts';
import type { TableAxis as Axis, AxisValue, TableSide as Side } from '../../app/generate-state.ts';
import { SAMPLER_NAMES } from './sampler-names.ts';

/** One begins with these. */
export const FIRST_VALUES: Readonly<Record<Axis, string>> = {
  seed: '1, 2, 3',
  sampler: 'Euler, DPM++ 2M Karras, DDIM',
  guidance: '4, 7.5, 12',
  steps: '10, 20, 30',
};

/** Along one side. */
const MOST_VALUES = 20;

const BOUNDS: Readonly<Record<Exclude<Axis, 'sampler'>, { least: number; most: number; isWhole: boolean }>> =
  {
    seed: { least: 0, most: Number.MAX_SAFE_INTEGER, isWhole: true },
    guidance: { least: 0, most: 100, isWhole: false },
    steps: { least: 1, most: 1000, isWhole: true },
  };

/**
 * The values of a side: a list with commas, "10, 20, 30", in which a stretch of whole numbers may stand, "1-4".
 * @returns `wrong`: the part of it that means nothing; or that there are none, or too many
 */
export function valuesOf({ axis, text }: Side): { values: AxisValue[] } | { wrong: string } {
  const parts = text
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const values: AxisValue[] = [];
  for (const part of parts) {
    const found = axis === 'sampler' ? samplerOf(part) : numbersOf(part, axis);
    if (!found) return { wrong: part };
    values.push(...found);
  }
  const each = [...new Set(values)];
  return each.length === 0 || each.length > MOST_VALUES ? { wrong: text.trim() } : { values: each };
}

function numbersOf(part: string, axis: keyof typeof BOUNDS): number[] | undefined {
  const { least, most, isWhole } = BOUNDS[axis];
  const [, from, to] = /^(\d+)\s*-\s*(\d+)$/.exec(part) ?? [];
  const count = Number(to) - Number(from) + 1;
  if (from !== undefined && (count < 1 || count > MOST_VALUES)) return undefined;
  const all =
    from === undefined ? [Number(part)] : Array.from({ length: count }, (_, at) => Number(from) + at);
  const isGood = (value: number) => value >= least && value <= most && (!isWhole || Number.isInteger(value));
  return all.every(isGood) ? all : undefined;
}

/** "euler_a", "dpmpp_2m:karras", "Euler a", "DPM++ 2M Karras". */
function samplerOf(part: string): string[] | undefined {
  const wanted = part.toLowerCase();
  if (isSampler(wanted)) return [wanted];
  for (const sampler of SAMPLERS)
    for (const spacing of ['', ...spacingsOf(sampler)]) {
      const value = spacing === '' ? sampler : `${sampler}:${spacing}`;
      if (nameOfSampler(value).toLowerCase() === wanted) return [value];
    }
  return undefined;
}

/** "dpmpp_2m:karras" -> "DPM++ 2M Karras" */
function nameOfSampler(value: string): string {
  const [sampler, spacing] = value.split(':');
  const known = SAMPLERS.find((each) => each === sampler);
  const name = known ? SAMPLER_NAMES[known] : (sampler ?? '');
  return spacing === undefined ? name : `${name} ${spacing[0]?.toUpperCase()}${spacing.slice(1)}`;
}

/** A value as a head of the table says it. */
export function labelOf(value: AxisValue): string {
  return typeof value === 'string' ? nameOfSampler(value) : String(value);
}

/** All combinations, row by row: `y` goes down, `x` along. */
export function stepsOf(
  step: PageWords,
  x: { axis: Axis; values: readonly AxisValue[] },
  y: { axis: Axis; values: readonly AxisValue[] },
): PageWords[] {
  return y.values.flatMap((down) =>
    x.values.map((along) => ({ ...step, [y.axis]: down, [x.axis]: along }) as PageWords),
  );
}
