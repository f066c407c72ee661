import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { GessoError } from '../../../../../contract/errors.ts';
import { RULES } from '../../../../../contract/rule-list.ts';
import { ruleSettings, whyNoVector } from '../../../../../contract/rules.ts';
import { fsyncFile, hashFile, storageError } from '../../../../../models/library/storage.ts';
import { Clock } from '../../../media/clock.ts';
import { checkFormatHolds, encode } from '../../../media/encode.ts';
import { probe } from '../../../media/probe.ts';
import { readRawPicture, writeRawPicture } from '../../../media/raw-picture.ts';
import { Spool } from '../../../media/spool.ts';
import { prepareWork } from '../../../media/work-folder.ts';
import { recordRecipe } from '../../../media/xmp.ts';
import type { Event, Params, Result } from '../../../protocol/methods.ts';
import { growRule } from './grow-rule.ts';
import { makePalette } from './make-palette.ts';
import type { AnyRulePlan, Scene } from './scene.ts';
import { svgDocument } from './svg.ts';

type RuleJob = Params<'generate.rule'>;
type Preview = NonNullable<Event<'generate.rule'>['preview']>;

interface RuleContext {
  /** Throws when the call was cancelled. */
  checkpoint(): void;
  progress(fraction: number): void;
  /** A picture on the way has been written. */
  preview(preview: Preview): void;
}

/** Shares of the progress bar where a rule grows; else drawing has all of the first two. */
const GROWN = 0.8;
const DRAWN = 0.94;
/** Rows that are drawn at a time, and looked for a cancel after. */
const BAND = 64;
/** Of pictures on the way after the first. */
const PREVIEW_EVERY_MS = 300;
/** The loop is let go after so long, to hear of a cancel. */
const TURN_MS = 20;
/** Fewer pixels have nothing to be quilted from. */
const LEAST_PICTURE = 32;

/**
 * Makes a seamless tile by a rule: palette and picture are read, the rule grows where it does, rows are drawn into a
 * spool and encoded; or shapes are written as an SVG. The result is left at `job.temp`, flushed; on any failure nothing
 * is left there.
 * @throws GessoError naming the file and the remedy; what cannot be written is found before anything is made
 */
export async function makeRule(job: RuleJob, context: RuleContext): Promise<Result<'generate.rule'>> {
  const { rule, settings, width, height } = job.step;
  if (job.format === 'svg') {
    const why = whyNoVector(rule, settings);
    if (why) throw new GessoError('output/unsupported', why.message, why.hint);
  } else checkFormatHolds(job.format, width, height, rule);
  const plan = await planOf(job);
  await prepareWork(job.work, job.format === 'svg' ? 0 : 6 * width * height, rule);
  try {
    return await new RuleWork(job, plan, context).run();
  } catch (cause) {
    await rm(job.temp, { force: true });
    throw cause instanceof GessoError ? cause : (storageError(cause, job.temp) ?? cause);
  } finally {
    await rm(job.work, { recursive: true, force: true });
  }
}

async function planOf({ step }: RuleJob): Promise<AnyRulePlan> {
  const { rule, seed, width, height } = step;
  const palette = await makePalette(step.palette, { harmony: RULES[rule].harmony, seed });
  const settings = ruleSettings(rule, step.settings);
  const plan = { rule, settings, seed, width, height, palette } as AnyRulePlan;
  if (plan.rule !== 'quilt') return plan;
  const info = await probe(step.picture!);
  const picture = await readRawPicture(info, plan.settings.reduce);
  if (Math.min(picture.width, picture.height) < LEAST_PICTURE)
    throw new GessoError(
      'input/unsupported',
      `${path.basename(info.path)} is ${info.width} x ${info.height} pixels: too small or too narrow to quilt from.`,
      `Choose a picture of at least ${LEAST_PICTURE} pixels a side, or a larger reduce.`,
    );
  return { ...plan, picture, isRecoloured: step.palette !== undefined };
}

class RuleWork {
  #previews = 0;
  #previewed = 0;

  constructor(
    private readonly job: RuleJob,
    private readonly plan: AnyRulePlan,
    private readonly context: RuleContext,
  ) {}

  async run(): Promise<Result<'generate.rule'>> {
    const { job, context } = this;
    const { width, height } = this.plan;
    const clock = new Clock();
    const scene = await this.#grow();
    // A rule of position was there at once: what it will be is shown before it is drawn at its size.
    if (this.#previews === 0) await this.#preview(scene);
    const grow = clock.lap();
    context.checkpoint();
    const metadata = recordRecipe(undefined, job.software, job.recipe, 'algorithmicMedia');
    const written =
      job.format === 'svg'
        ? await this.#writeVector(scene, metadata, clock)
        : await this.#writePixels(scene, metadata, job.format, clock);
    context.progress(1);
    const { file, draw } = written;
    return { width, height, ...file, notes: [], timings: { grow, draw, encode: clock.lap() } };
  }

  async #grow(): Promise<Scene> {
    const growing = growRule(this.plan);
    let turned = performance.now();
    for (;;) {
      const { done, value } = growing.next();
      if (done) return value;
      this.context.progress(GROWN * value.fraction);
      const now = performance.now();
      const isDue = this.#previews === 0 || now - this.#previewed > PREVIEW_EVERY_MS;
      if (isDue) await this.#preview(value.scene());
      else if (now - turned < TURN_MS) continue;
      else await setImmediate();
      this.context.checkpoint();
      turned = performance.now();
    }
  }

  async #preview(scene: Scene): Promise<void> {
    const { job, plan } = this;
    if (!job.previews) return;
    const ratio = Math.min(1, job.previews.longestSide / Math.max(plan.width, plan.height));
    const width = Math.max(1, Math.round(plan.width * ratio));
    const height = Math.max(1, Math.round(plan.height * ratio));
    const data = new Uint8Array(3 * width * height);
    scene.painter(width, height).draw({ left: 0, top: 0, width, height }, data);
    await mkdir(job.previews.folder, { recursive: true });
    const file = path.join(job.previews.folder, `${this.#previews++}.png`);
    await writeRawPicture({ width, height, data }, file);
    this.context.preview({ file, width, height });
    this.#previewed = performance.now();
  }

  async #writeVector(scene: Scene, metadata: string, clock: Clock) {
    const { width, height, rule } = this.plan;
    const body = scene.vector?.(width, height);
    if (!body) throw new Error(`${rule} says it is made of shapes and has none`);
    const file = await open(this.job.temp, 'w');
    try {
      for (const text of joined(svgDocument({ width, height, metadata }, body))) {
        await file.write(text);
        this.context.checkpoint();
      }
    } finally {
      await file.close();
    }
    const draw = clock.lap();
    await fsyncFile(this.job.temp);
    return { draw, file: await hashFile(this.job.temp) };
  }

  async #writePixels(
    scene: Scene,
    metadata: string,
    format: Exclude<RuleJob['format'], 'svg'>,
    clock: Clock,
  ) {
    const { width, height } = this.plan;
    const { context, job } = this;
    const from = RULES[this.plan.rule].isPositional ? 0 : GROWN;
    const spool = await Spool.create(path.join(job.work, 'out.v'), { width, height, channels: 3, depth: 8 });
    try {
      const painter = scene.painter(width, height);
      const band = new Uint8Array(3 * width * BAND);
      for (let top = 0; top < height; top += BAND) {
        const rows = Math.min(BAND, height - top);
        painter.draw({ left: 0, top, width, height: rows }, band);
        for (let y = 0; y < rows; y++)
          await spool.appendRow(band.subarray(3 * width * y, 3 * width * (y + 1)));
        context.progress(from + ((DRAWN - from) * (top + rows)) / height);
        await setImmediate();
        context.checkpoint();
      }
      await spool.finish({ 'xmp-data': Buffer.from(metadata, 'utf8') });
    } finally {
      await spool.close();
    }
    const draw = clock.lap();
    const file = await encode(spool.path, job.temp, {
      ...{ format, quality: job.quality, depth: 8, grey: false, hasAlpha: false },
      ...{ exif: undefined, width, height },
    });
    return { draw, file };
  }
}

/** Pieces of text put together to some 64 KiB: a write each would be slow. */
function* joined(pieces: Iterable<string>): Generator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < 65_536) continue;
    yield text;
    text = '';
  }
  if (text) yield text;
}
