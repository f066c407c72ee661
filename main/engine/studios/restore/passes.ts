import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { RowSink } from '../../inference/blending.ts';
import { onFirstDevice, type Rung } from '../../inference/device-ladder.ts';
import { measureStatistics } from '../../inference/statistics.ts';
import { runTiles, type TilePlan } from '../../inference/tiler.ts';
import type { DecodedPicture } from '../../media/decode.ts';
import type { PictureInfo } from '../../media/probe.ts';
import { RowWriter } from '../../media/row-writer.ts';
import { Spool } from '../../media/spool.ts';
import type { RestoreContext, RestoreJob } from './job.ts';
import { handedOn, ResultRows, type Source } from './result-rows.ts';
import { StepMasks } from './step-mask.ts';

type Step = RestoreJob['steps'][number];

/** What the networks need to know of a job. */
export type PassesJob = Pick<RestoreJob, 'steps' | 'device' | 'tile' | 'tileMemory' | 'work'> & {
  /** Where the steps apply; left out: everywhere. */
  mask?: PictureInfo | undefined;
  /** Leaves what the only step's network made by itself, and the mask, for a file with layers. */
  keepsLayer?: boolean;
};

export interface PassesMade {
  /** The result's rows, not yet finished with a trailer. */
  spool: Spool;
  device: string;
  /** Tile size of the last pass, and tiles of all passes. */
  tile: number;
  tiles: number;
  failedTile: number | undefined;
  sessionMs: number;
  /** Where asked for and there is a network: see `PassesJob`. */
  layer?: { spool: Spool; mask: Spool | undefined };
}

export interface FirstNetwork {
  plan: TilePlan;
  /** Those of the whole picture. */
  statistics(session: Rung['session']): Promise<Float32Array | undefined>;
}

/** One network of a step. */
interface Pass {
  readonly network: Step['passes'][number];
  readonly step: number;
  readonly isLastOfStep: boolean;
  /** Of the whole work, 0..1. */
  readonly share: { from: number; size: number };
}

/**
 * Runs the networks of all steps one after the other; each but the last leaves a 16-bit RGB spool for the next, and
 * nothing is encoded between them.
 */
export async function runPasses(
  job: PassesJob,
  picture: DecodedPicture,
  size: Size,
  context: RestoreContext,
  /** How the first network goes over a part of a picture; left out: over all of it, in tiles of the best size. */
  first?: FirstNetwork,
): Promise<PassesMade> {
  return new Chain(job, picture, size, context, first).run();
}

class Chain {
  readonly #made = {
    device: 'cpu',
    tile: 0,
    tiles: 0,
    failedTile: undefined as number | undefined,
    sessionMs: 0,
  };
  readonly #passes: Pass[];
  readonly #masks: StepMasks;
  #alone: Spool | undefined;

  constructor(
    private readonly job: PassesJob,
    private readonly picture: DecodedPicture,
    private readonly size: Size,
    private readonly context: RestoreContext,
    private readonly first: FirstNetwork | undefined,
  ) {
    this.#passes = listPasses(job.steps);
    this.#masks = new StepMasks(job.mask, job.work);
  }

  async run(): Promise<PassesMade> {
    let isKept = false;
    try {
      const made = await this.#run();
      if (!this.#alone) return made;
      await this.#alone.finish();
      isKept = true;
      return { ...made, layer: { spool: this.#alone, mask: this.#masks.get(0) } };
    } finally {
      // What is kept for a layer is closed by who asked for it.
      if (!isKept) await this.#masks.close();
      if (!isKept) await this.#alone?.close();
    }
  }

  async #run(): Promise<PassesMade> {
    let source: Source = this.picture;
    for (const index of this.job.steps.keys()) {
      const passes = this.#passes.filter((pass) => pass.step === index);
      const next = passes.length ? await this.#networks(passes, source) : await this.#plain(index, source);
      source = next;
    }
    return { ...this.#made, spool: source.spool };
  }

  /** A step without a network, or at strength 0. */
  async #plain(index: number, source: Source): Promise<Source> {
    const rows = await this.#rows(index, source);
    try {
      await rows.writePlain(this.context.checkpoint);
    } catch (cause) {
      await discard(rows.spool);
      throw cause;
    } finally {
      await this.#leave(source);
    }
    if (!this.#isLast(index)) await rows.spool.finish();
    return handedOn(rows.spool);
  }

  async #networks(passes: readonly Pass[], begun: Source): Promise<Source> {
    let source = begun;
    for (const pass of passes) {
      const made = await onFirstDevice(
        {
          sessions: this.context.sessions,
          model: pass.network,
          picture: source.spool,
          device: this.job.device,
          tile: this.job.tile,
          tileMemory: this.job.tileMemory,
          tileChosen: this.context.tileChosen,
          plan: this.#firstOf(pass)?.plan,
        },
        (rung) => this.#network(pass, source, begun, rung),
      ).catch(async (cause) => {
        await this.#leave(source);
        if (begun !== source) await this.#leave(begun);
        throw cause;
      });
      this.#note(made);
      // What the step began with is still needed for its strength.
      if (source !== begun) await this.#leave(source);
      source = handedOn(made.value.spool);
    }
    await this.#leave(begun);
    return source;
  }

  #note(made: {
    device: string;
    tile: number;
    failedTile?: number | undefined;
    value: { tiles: number; sessionMs: number };
  }): void {
    const all = this.#made;
    all.device = made.device;
    all.tile = made.tile;
    all.failedTile = made.failedTile ?? all.failedTile;
    all.tiles += made.value.tiles;
    all.sessionMs += made.value.sessionMs;
  }

  /** One network over the whole picture, into a spool of its own; a failure leaves none. */
  async #network(
    pass: Pass,
    source: Source,
    begun: Source,
    { session, plan }: Rung,
  ): Promise<{ spool: Spool; tiles: number; sessionMs: number }> {
    const { context, job } = this;
    const { descriptor } = pass.network;
    const made = scaled(source.spool, descriptor.scale);
    // What is kept by itself may be shown elsewhere later.
    const mask =
      pass.isLastOfStep && !job.keepsLayer
        ? await this.#masks.of(pass.step, this.#sizeOf(pass.step, begun))
        : undefined;
    let ran = 0;
    const isLast = pass === this.#passes.at(-1) && this.#isLast(pass.step);
    const target = pass.isLastOfStep
      ? await this.#stepTarget(pass, begun, made)
      : await innerTarget(made, path.join(job.work, `pass${this.#passes.indexOf(pass)}.v`));
    const { share } = pass;
    const { live } = context;
    try {
      const { spool, transfer } = source;
      const tiled = { source: spool, transfer, descriptor, session, plan };
      const { checkpoint } = context;
      const first = this.#firstOf(pass);
      const statistics = first
        ? await first.statistics(session)
        : await measureStatistics({ ...tiled, checkpoint });
      const sessionMs = await runTiles({
        ...tiled,
        statistics,
        checkpoint,
        isWanted: (place) => {
          const isWanted = mask?.shows(place, made) ?? true;
          if (isWanted) ran++;
          return isWanted;
        },
        onTile: (done, total) => context.progress(share.from + (share.size * done) / total),
        sink: target.sink,
        ...(isLast && live && { onOutput: (output) => live.tile(output, made, target.spool) }),
      });
      await live?.settled();
      if (!isLast) await target.spool.finish();
      return { spool: target.spool, tiles: ran, sessionMs };
    } catch (cause) {
      await discard(target.spool);
      throw cause;
    }
  }

  async #stepTarget(pass: Pass, begun: Source, made: Size): Promise<Target> {
    const rows = await this.#rows(pass.step, begun);
    return { spool: rows.spool, sink: rows.sink(made) };
  }

  async #rows(step: number, source: Source): Promise<ResultRows> {
    const { job, picture } = this;
    const { strength, passes } = job.steps[step]!;
    const size = this.#sizeOf(step, source);
    const hasNetwork = passes.length > 0 && strength > 0;
    const mask = hasNetwork ? (await this.#masks.of(step, size))?.spool : undefined;
    if (!this.#isLast(step))
      return ResultRows.between(source, size, { strength, mask }, path.join(job.work, `step${step}.v`));
    const alone = job.keepsLayer && hasNetwork ? await this.#keep(size) : undefined;
    return ResultRows.last(source, picture, size, { strength, mask, alone }, path.join(job.work, 'out.v'));
  }

  /** A spool for what the network alone made; after a smaller tile it begins anew. */
  async #keep(size: Size): Promise<Source> {
    await this.#alone?.close();
    const { channels, depth } = this.picture.spool;
    const colours = channels < 3 ? 1 : 3;
    this.#alone = await Spool.create(path.join(this.job.work, 'alone.v'), {
      ...size,
      channels: colours,
      depth,
    });
    return { spool: this.#alone, transfer: this.picture.transfer };
  }

  #sizeOf(step: number, source: Source): Size {
    return this.#isLast(step) ? this.size : scaled(source.spool, this.job.steps[step]!.scale);
  }

  #firstOf(pass: Pass): FirstNetwork | undefined {
    return pass === this.#passes[0] && pass.step === 0 ? this.first : undefined;
  }

  #isLast(step: number): boolean {
    return step === this.job.steps.length - 1;
  }

  /** The picture itself stays: its alpha is needed at the end. */
  async #leave(source: Source): Promise<void> {
    if (source.spool !== this.picture.spool) await discard(source.spool);
  }
}

interface Size {
  width: number;
  height: number;
}

interface Target {
  spool: Spool;
  sink: RowSink;
}

async function innerTarget(made: Size, file: string): Promise<Target> {
  // 16 bits between networks: nothing that the next could see is rounded away.
  const spool = await Spool.create(file, { ...made, channels: 3, depth: 16 });
  const writer = new RowWriter(spool, { encode: undefined });
  return { spool, sink: (_, planes) => writer.write(planes, undefined) };
}

async function discard(spool: Spool): Promise<void> {
  await spool.close();
  await rm(spool.path, { force: true });
}

/** Passes weigh by their input pixels, which is what a network's time follows. */
function listPasses(steps: readonly Step[]): Pass[] {
  let pixels = 1;
  const passes = steps.flatMap((step, index) => {
    const begun = pixels;
    const networks = step.strength === 0 ? [] : step.passes;
    const listed = networks.map((network, place) => {
      const weight = pixels;
      pixels *= network.descriptor.scale ** 2;
      return { network, step: index, isLastOfStep: place === networks.length - 1, weight };
    });
    pixels = begun * step.scale ** 2;
    return listed;
  });
  const sum = passes.reduce((total, { weight }) => total + weight, 0);
  let from = 0;
  return passes.map(({ weight, ...pass }) => {
    const share = { from, size: weight / sum };
    from += share.size;
    return { ...pass, share };
  });
}

function scaled({ width, height }: Size, scale: number) {
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
