import { SAMPLERS, type Sampler, type SamplerSpacing, spacingsOf } from '../../../../contract/samplers.ts';
import type { ToldParameters } from '../../protocol/generate-shapes.ts';

const NEGATIVE = 'Negative prompt:';
/** A name of setting, then a value: plain up to a comma, or a JSON string that may hold some. */
const PAIR = /\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)/g;
/** Fewer pairs are a sentence with colons in it. */
const LEAST_PAIRS = 3;

/** Samplers as that window calls them, in small letters. */
const NAMES: Readonly<Record<string, Sampler>> = {
  ddim: 'ddim',
  ddpm: 'ddpm',
  plms: 'pndm',
  lms: 'lms',
  euler: 'euler',
  'euler a': 'euler_a',
  heun: 'heun',
  dpm2: 'dpm2',
  'dpm++ 2m': 'dpmpp_2m',
  'dpm++ 2m sde': 'dpmpp_2m_sde',
  unipc: 'unipc',
  lcm: 'lcm',
};

/**
 * Reads the text that AUTOMATIC1111's window, and many programs after it, write into a PNG as `parameters`: the prompt,
 * `Negative prompt: ...`, and a last line of settings, `Steps: 20, Sampler: Euler a, CFG scale: 7, ...`. What it does
 * not tell, or what is no value, is left out.
 */
export function parseParameters(text: string): ToldParameters {
  const lines = text.trim().split(/\r?\n/);
  const settings = settingsIn(lines.at(-1) ?? '');
  if (settings) lines.pop();
  const at = lines.findIndex((line) => line.trimStart().startsWith(NEGATIVE));
  const prompt = (at < 0 ? lines : lines.slice(0, at)).join('\n').trim();
  const negative = at < 0 ? '' : lines.slice(at).join('\n').trim().slice(NEGATIVE.length).trim();
  return { prompt, negative, ...(settings && told(settings)) };
}

/** The pairs of a line of settings by their names in small letters; undefined: it is another line. */
function settingsIn(line: string): ReadonlyMap<string, string> | undefined {
  const pairs = [...line.matchAll(PAIR)].map(
    ([, name = '', value = '']) => [name.trim().toLowerCase(), unquoted(value.trim())] as const,
  );
  return pairs.length >= LEAST_PAIRS || pairs[0]?.[0] === 'steps' ? new Map(pairs) : undefined;
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    return String(JSON.parse(value));
  } catch {
    return value;
  }
}

function told(settings: ReadonlyMap<string, string>): Omit<ToldParameters, 'prompt' | 'negative'> {
  const number = (name: string, least: number, most: number) => {
    const value = Number(settings.get(name)?.trim() || Number.NaN);
    return value >= least && value <= most ? value : undefined;
  };
  const whole = (name: string, least: number, most: number) => {
    const value = number(name, least, most);
    return Number.isInteger(value) ? value : undefined;
  };
  const [, width, height] = /^(\d+)\s*x\s*(\d+)$/.exec(settings.get('size') ?? '') ?? [];
  const clip = whole('clip skip', 1, 13);
  return present({
    steps: whole('steps', 1, 1000),
    sampler: samplerOf(settings.get('sampler'), settings.get('schedule type')),
    guidance: number('cfg scale', 0, 100),
    seed: whole('seed', 0, Number.MAX_SAFE_INTEGER),
    width: sideOf(width),
    height: sideOf(height),
    strength: number('denoising strength', 0, 1),
    // They count the last layer as the first.
    clipSkip: clip === undefined ? undefined : clip - 1,
    model: settings.get('model') || undefined,
    modelHash: settings.get('model hash')?.toLowerCase() || undefined,
  });
}

/** The spacing stands behind the sampler's name, or, since their version 1.9, as a type of schedule. */
function samplerOf(name: string | undefined, schedule: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const [, stem = '', behind] = /^(.*?)(?: (karras|exponential))?$/.exec(name.trim().toLowerCase()) ?? [];
  const sampler = NAMES[stem] ?? SAMPLERS.find((known) => known === stem);
  if (sampler === undefined) return undefined;
  const wanted = behind ?? schedule?.toLowerCase();
  const spacing: SamplerSpacing | undefined = spacingsOf(sampler).find((known) => known === wanted);
  return spacing === undefined ? sampler : `${sampler}:${spacing}`;
}

/** Other programs allow any size; ours is a multiple of 8. */
function sideOf(digits: string | undefined): number | undefined {
  const side = Math.round(Number(digits ?? Number.NaN) / 8) * 8;
  return side >= 64 && side <= 8192 ? side : undefined;
}

/** Without what is not told. */
function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
