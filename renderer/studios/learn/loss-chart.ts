import type { Curve } from '../../../contract/learn-views.ts';

interface Tick {
  /** 0..1 along the axis, from the left or from the top. */
  readonly at: number;
  readonly value: number;
}

export interface LossChart {
  /** An SVG path in a square of 1000 x 1000. */
  readonly path: string;
  readonly isLog: boolean;
  readonly steps: readonly Tick[];
  readonly losses: readonly Tick[];
}

/** A loss that falls so many times over is seen to fall on a logarithmic scale alone. */
const LOG_FROM = 6;
const SIDE = 1000;
/** More powers of ten would stand on each other. */
const MOST_POWERS = 5;

/** Where a curve's points and the ticks of its axes lie; undefined: there is no line yet. */
export function lossChart(curve: Curve): LossChart | undefined {
  const [first, last] = [curve[0], curve.at(-1)];
  if (!first || !last || curve.length < 2) return undefined;
  const values = curve.map(([, loss]) => loss);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const isLog = low > 0 && high / low >= LOG_FROM;
  const scale = isLog ? Math.log10 : (value: number) => value;
  const margin = 0.05 * (scale(high) - scale(low) || Math.abs(scale(high)) || 1);
  const [bottom, top] = [scale(low) - margin, scale(high) + margin];
  const across = (step: number) => (step - first[0]) / Math.max(1, last[0] - first[0]);
  const down = (loss: number) => (top - scale(loss)) / (top - bottom);
  const path = curve
    .map(([step, loss], at) => `${at === 0 ? 'M' : 'L'}${round(across(step))} ${round(down(loss))}`)
    .join('');
  const losses = (isLog ? logTicks(bottom, top) : evenTicks(bottom, top))
    .map((value) => ({ at: down(value), value }))
    .filter(({ at }) => at >= 0 && at <= 1);
  const steps = evenTicks(first[0], last[0], 4)
    .map((value) => ({ at: across(value), value }))
    .filter(({ at, value }) => at >= 0 && at <= 1 && Number.isInteger(value));
  return { path, isLog, steps, losses };
}

const round = (share: number) => Math.round(share * SIDE * 10) / 10;

/** Whole multiples of 1, 2 or 5 of a power of ten. */
function evenTicks(from: number, to: number, wanted = 3): number[] {
  const raw = (to - from) / wanted || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5].find((each) => each * power >= raw) ?? 10) * power;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step); at * step <= to; at++)
    ticks.push(Number((at * step).toPrecision(12)));
  return ticks;
}

/** Of a logarithmic axis: powers of ten, with 2 and 5 between them where there are few. */
function logTicks(bottom: number, top: number): number[] {
  const ticks: number[] = [];
  const between = top - bottom < 2.2 ? [1, 2, 5] : [1];
  const every = Math.ceil((top - bottom) / MOST_POWERS);
  for (let power = Math.floor(bottom); power <= Math.ceil(top); power += every)
    for (const each of between) ticks.push(Number((each * 10 ** power).toPrecision(12)));
  return ticks.filter((value) => Math.log10(value) >= bottom && Math.log10(value) <= top);
}
