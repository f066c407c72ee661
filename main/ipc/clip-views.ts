import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ParsedArgs, Payload, Reply } from '../../contract/channels.ts';
import { type ClipOutput, clipName, type InterpolateStep } from '../../contract/clip-recipe.ts';
import { GessoError } from '../../contract/errors.ts';
import { DEFAULT_INTERPOLATION } from '../../contract/tasks.ts';
import { add, compare, parseRational, ratio, toText } from '../../contract/time.ts';
import type { Params, Result } from '../engine/protocol/methods.ts';
import { fillTemplate, localDate } from '../jobs/names.ts';
import { resolveInterpolation } from '../jobs/resolve.ts';
import type { Workshop } from '../jobs/workshop.ts';
import type { ClipPieces } from './clip-pieces.ts';
import type { Opened } from './opened.ts';
import type { Sources } from './sources.ts';

/** Longest sides in pixels: of the timeline, and of the player. */
const THUMB_SIDE = 160;
const PLAYER_SIDE = 960;
/** Of what the network shows of itself. */
const BETWEEN_SIDE = 640;
/** A preview is a short part; a slow machine would work on more for minutes. */
const LONGEST_PREVIEW = ratio(5);
/** Looks at clips that are kept: each is some numbers a frame. */
const LOOKS_KEPT = 6;

export interface ClipViewsOptions {
  workshop: Workshop;
  sources: Sources;
  pieces: ClipPieces;
  looking(event: Payload<'clip.looking'>): void;
  made(frame: Payload<'clip.frame'>): void;
}

/** What the page wants to see of clips: their frames, where scenes change, what comes of them. */
export class ClipViews {
  readonly #looks = new Map<string, Promise<Reply<'clip.look'>>>();

  constructor(private readonly options: ClipViewsOptions) {}

  /** Looks at all frames, once for each file as it stands. @throws GessoError input/*, job/cancelled */
  async look({ source, step }: ParsedArgs<'clip.look'>, signal: AbortSignal): Promise<Reply<'clip.look'>> {
    const opened = this.options.sources.of(source);
    const { mtimeMs, size } = await stat(opened.path);
    const key = JSON.stringify([opened, mtimeMs, size, step.rate]);
    const known = this.#looks.get(key);
    this.#looks.delete(key);
    const look = known ?? this.#look(source, opened, step, signal);
    this.#looks.set(key, look);
    // A file that could not be read may be readable later, and one who gave up may come back.
    look.catch(() => this.#looks.delete(key));
    for (const oldest of this.#looks.keys()) {
      if (this.#looks.size <= LOOKS_KEPT) break;
      this.#looks.delete(oldest);
    }
    return look;
  }

  async #look(
    source: string,
    opened: Opened,
    step: InterpolateStep,
    signal: AbortSignal,
  ): Promise<Reply<'clip.look'>> {
    const { workshop, looking } = this.options;
    const seen = await workshop.pictures.call(
      'clip.analyse',
      { ...inputOf(opened), step: { ...step, cuts: { added: [], removed: [] } } },
      { signal, onEvent: ({ fraction }) => looking({ source, fraction }) },
    );
    return {
      times: [...seen.times],
      end: seen.end.num / seen.end.den,
      ...(seen.rate && { rate: toText(seen.rate) }),
      nominalRate: toText(seen.nominalRate),
      changes: [...seen.scores],
      repeats: seen.repeats,
    };
  }

  async thumbs({ source, step, count, turn }: ParsedArgs<'clip.thumbs'>, signal: AbortSignal): Promise<void> {
    const opened = this.options.sources.of(source);
    await this.#frames('thumbs', inputOf(opened), step.rate, { count }, THUMB_SIDE, turn, signal);
  }

  async frames(
    { source, step, of, from, to, turn }: ParsedArgs<'clip.frames'>,
    signal: AbortSignal,
  ): Promise<{ frames: number }> {
    const { sources } = this.options;
    const input = of === 'source' ? inputOf(sources.of(source)) : { input: this.#resultOf(source) };
    // A folder that was made has the rate of the result.
    const rate = of === 'source' ? step.rate : (sources.itemOf(source)?.result?.rate ?? step.rate);
    return this.#frames('frames', input, rate, { from, to }, PLAYER_SIDE, turn, signal);
  }

  #resultOf(source: string): string {
    const output = this.options.sources.itemOf(source)?.result?.output;
    if (output !== undefined) return output;
    throw new GessoError('job/missing', 'There is no result yet.', 'Start the clip first.');
  }

  #frames(
    kind: 'thumbs' | 'frames',
    input: { input: string; second?: string },
    rate: string,
    pick: Params<'clip.frames'>['pick'],
    longestSide: number,
    turn: number,
    signal: AbortSignal,
  ): Promise<Result<'clip.frames'>> {
    const { workshop, pieces, made } = this.options;
    const { folder, urlOf } = pieces.open(kind);
    return workshop.pictures.call(
      'clip.frames',
      { ...input, rate, pick, folder, longestSide },
      {
        signal,
        onEvent: ({ index, time, file, fraction }) =>
          made({ turn, index, time, made: false, url: urlOf(file), fraction }),
      },
    );
  }

  /** @throws GessoError model/missing, recipe/invalid, ... */
  async preview(
    { source, step, from, to, turn }: ParsedArgs<'clip.preview'>,
    signal: AbortSignal,
  ): Promise<Reply<'clip.preview'>> {
    const { workshop, sources, pieces, made } = this.options;
    const { folder, urlOf } = pieces.open('preview');
    const { frames, sessionMs } = await workshop.previewer.call(
      'clip.preview',
      {
        ...inputOf(sources.of(source)),
        ...{ step, from, to: notLater(from, to), folder },
        model: resolveInterpolation(step, workshop.readyModels()),
        device: workshop.settings.values.device,
        longestSide: PLAYER_SIDE,
      },
      {
        signal,
        onEvent: ({ index, time, made: isMade, file, fraction }) => {
          const [num, den = 1] = time.split('/').map(Number);
          made({ turn, index, time: num! / den, made: isMade, url: urlOf(file), fraction });
        },
      },
    );
    return { frames, milliseconds: sessionMs };
  }

  async between(
    { source, step, time }: ParsedArgs<'clip.between'>,
    signal: AbortSignal,
  ): Promise<Reply<'clip.between'>> {
    const { workshop, sources, pieces } = this.options;
    const { folder, urlOf } = pieces.open('between');
    const { flows, mask, made, ...facts } = await workshop.previewer.call(
      'clip.between',
      {
        ...inputOf(sources.of(source)),
        ...{ step, time, folder },
        model: resolveInterpolation(step, workshop.readyModels()),
        device: workshop.settings.values.device,
        longestSide: BETWEEN_SIDE,
      },
      { signal },
    );
    const [first, second] = flows;
    return { ...facts, flows: [urlOf(first), urlOf(second)], mask: urlOf(mask), made: urlOf(made) };
  }

  /** @throws GessoError recipe/invalid, input/* */
  async plan({ source, step, output }: ParsedArgs<'clip.plan'>): Promise<Reply<'clip.plan'>> {
    const { workshop, sources } = this.options;
    const opened = sources.of(source);
    const { container, rate, fps, notes } = await workshop.pictures.call('interpolate.plan', {
      ...inputOf(opened),
      ...{ step, output },
    });
    const name = nameOf(opened, step, output, fps) + (container ? `.${container}` : '');
    return { name, ...(container && { container }), rate, notes };
  }
}

/** As it would be named were it alone in its job. */
function nameOf(opened: Opened, step: InterpolateStep, output: ClipOutput, fps: string): string {
  return fillTemplate(clipName(output, step.slow), {
    name: path.parse(opened.path).name,
    model: step.model ?? DEFAULT_INTERPOLATION,
    ...{ fps, slow: step.slow, index: '1' },
    date: localDate(Date.now()),
  });
}

function notLater(from: string, to: string): string {
  const last = add(parseRational(from)!, LONGEST_PREVIEW);
  return compare(parseRational(to)!, last) > 0 ? toText(last) : to;
}

function inputOf({ path: input, second }: Opened): { input: string; second?: string } {
  return { input, ...(second !== undefined && { second }) };
}
