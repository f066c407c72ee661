import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EPSILON, STAGE_PORTS } from '../../../../../models/architectures/diffusion/vae-stages.ts';
import { cpuThreads } from '../../../inference/devices.ts';
import type { ModelSession, SessionThread } from '../../../inference/sessions.ts';
import type { SessionDevice } from '../../../inference/worker-protocol.ts';
import { attendInChunks } from './chunked-attention.ts';
import { FeatureMap } from './feature-map.ts';
import { shared } from './shared.ts';

const strip = z.object({ map: z.string(), halo: z.number() });
const stages = z.array(
  z.object({
    kind: z.enum(['graph', 'attend']),
    reads: z.array(strip).min(1),
    makes: z.array(z.object({ map: z.string(), channels: z.number() })).min(1),
    scale: z.union([z.literal(0.5), z.literal(1), z.literal(2)]),
    norm: z.object({ name: z.string(), groups: z.number() }).optional(),
    file: z.string().optional(),
  }),
);
type Stage = z.infer<typeof stages>[number];
const placed = z.record(z.string(), z.object({ offset: z.number(), length: z.number() }));

export interface StagedJob {
  /** The folder of the graphs. */
  readonly folder: string;
  readonly half: 'vae-encoder' | 'vae-decoder';
  readonly sessions: SessionThread;
  readonly device: SessionDevice;
  /** A folder for feature maps, which is there. */
  readonly work: string;
  /** The first map's size, and its rows [rows, channels, width] in order. */
  readonly input: { readonly width: number; readonly height: number; readonly channels: number };
  rows(from: number, count: number): Float32Array;
  /** The last map's rows in order. */
  made(rows: Float32Array, size: { width: number; channels: number }): Promise<void> | void;
  /** Rows of a strip; left out: as many as fit. */
  readonly stripRows?: number | undefined;
  checkpoint(): void;
  progress?(fraction: number): void;
}

/** What a strip and what is made of it may take, bytes of floats. */
const STRIP_BYTES = 48e6;

/**
 * Runs half an autoencoder stage by stage over strips of rows. Exact to rounding: each normalisation is given what it
 * would have measured over the whole picture. Memory hangs on the width only; the maps between two stages lie on disk.
 */
export async function runStaged(job: StagedJob): Promise<void> {
  const list = stages.parse(
    JSON.parse(await readFile(path.join(job.folder, `${job.half}-stages.json`), 'utf8')),
  );
  const weights = await Weights.open(job.folder, job.half);
  const maps = new Map<string, FeatureMap>();
  try {
    const [first] = list;
    const source = first?.reads[0]?.map ?? '';
    maps.set(source, await FeatureMap.create(path.join(job.work, source), job.input));
    for (let row = 0; row < job.input.height; row += 64)
      await maps.get(source)?.append(job.rows(row, Math.min(64, job.input.height - row)));
    for (const [index, stage] of list.entries()) {
      job.checkpoint();
      await new StageRun(job, stage, maps, weights, index === list.length - 1).run((part) =>
        job.progress?.((index + part) / list.length),
      );
      for (const [name, map] of maps) {
        if (list.slice(index + 1).some(({ reads }) => reads.some((read) => read.map === name))) continue;
        maps.delete(name);
        await map.close();
      }
    }
  } finally {
    for (const map of maps.values()) await map.close();
    await weights.close();
  }
}

class StageRun {
  constructor(
    private readonly job: StagedJob,
    private readonly stage: Stage,
    private readonly maps: Map<string, FeatureMap>,
    private readonly weights: Weights,
    private readonly isLast: boolean,
  ) {}

  async run(progress: (part: number) => void): Promise<void> {
    const { job, stage, maps } = this;
    const sources = stage.reads.map(({ map }) => maps.get(map)!);
    const [main] = sources as [FeatureMap];
    const size = { width: main.width * stage.scale, height: main.height * stage.scale };
    const results: FeatureMap[] = [];
    if (!this.isLast)
      for (const { map, channels } of stage.makes) {
        const made = await FeatureMap.create(path.join(job.work, map), { ...size, channels });
        maps.set(map, made);
        results.push(made);
      }
    if (stage.kind === 'attend') {
      const [queries, keys, values] = sources as [FeatureMap, FeatureMap, FeatureMap];
      await attendInChunks({ ...job, queries, keys, values, result: results[0]!, progress });
      return;
    }
    const normal = await this.#normalisation(main);
    const file = path.join(job.folder, stage.file ?? '');
    const session = await job.sessions.hold({ file, device: job.device, threads: cpuThreads() });
    if (!session) throw new Error('a stage was lacking');
    try {
      const rows = this.#stripRows(main, size);
      for (let from = 0; from < main.height; from += rows) {
        job.checkpoint();
        await this.#strip(
          session,
          sources,
          normal,
          results,
          from,
          Math.min(rows, main.height - from),
          size.width,
        );
        progress((from + rows) / main.height);
      }
    } finally {
      await job.sessions.forget(session);
    }
  }

  /** Even, where rows become half as many. */
  #stripRows(main: FeatureMap, size: { width: number }): number {
    const { stage, job } = this;
    const made = stage.makes.reduce((sum, { channels }) => sum + channels, 0) * size.width * stage.scale;
    const fitting = Math.floor(STRIP_BYTES / 4 / Math.max(main.rowFloats * stage.reads.length, made));
    const rows = Math.max(2, Math.min(main.height, job.stripRows ?? fitting));
    return rows - (rows % 2);
  }

  async #normalisation(main: FeatureMap) {
    const { norm } = this.stage;
    if (!norm) return undefined;
    const [weight, bias] = [
      await this.weights.read(`${norm.name}.weight.channels`),
      await this.weights.read(`${norm.name}.bias.channels`),
    ];
    return main.normalisation(weight, bias, norm.groups, EPSILON);
  }

  async #strip(
    session: ModelSession,
    sources: readonly FeatureMap[],
    normal: { factor: Float32Array; shift: Float32Array } | undefined,
    results: readonly FeatureMap[],
    from: number,
    rows: number,
    width: number,
  ): Promise<void> {
    const { stage, job } = this;
    const feeds: Record<string, { floats: Float32Array; dims: number[] }> = {};
    for (const [index, { halo }] of stage.reads.entries()) {
      const map = sources[index]!;
      const count = rows + 2 * halo;
      const floats = await map.read(from - halo, count);
      const isTokens = stage.reads[index]!.map.startsWith('looked');
      feeds[STAGE_PORTS.map(index)] = {
        floats,
        dims: isTokens ? [count, map.width, map.channels] : [count, map.channels, map.width],
      };
    }
    const [{ halo = 0 } = {}] = stage.reads;
    const inside = Float32Array.from({ length: rows + 2 * halo }, (_, at) => {
      const row = from - halo + at;
      return row >= 0 && row < sources[0]!.height ? 1 : 0;
    });
    if (session.inputs.includes(STAGE_PORTS.inside))
      feeds[STAGE_PORTS.inside] = { floats: inside, dims: [inside.length, 1, 1, 1] };
    if (normal) {
      const { length } = normal.factor;
      feeds[STAGE_PORTS.factor] = { floats: normal.factor, dims: [length, 1, 1] };
      feeds[STAGE_PORTS.shift] = { floats: normal.shift, dims: [length, 1, 1] };
    }
    const madeRows = rows * stage.scale;
    const isTokens = stage.makes.length > 1;
    const made = stage.makes.map(({ channels }) => shared(madeRows * channels * width));
    await session.compute(
      feeds,
      Object.fromEntries(
        stage.makes.map(({ channels }, index) => [
          STAGE_PORTS.made(index),
          {
            floats: made[index]!,
            dims: isTokens ? [madeRows, width, channels] : [madeRows, channels, width],
          },
        ]),
      ),
    );
    for (const [index, floats] of made.entries()) {
      if (this.isLast) await job.made(floats, { width, channels: stage.makes[index]!.channels });
      else if (isTokens) await results[index]!.appendTokens(floats);
      else await results[index]!.append(floats);
    }
  }
}

/** Vectors of a graph's weights, read out of the file that they lie in. */
class Weights {
  private constructor(
    private readonly places: z.infer<typeof placed>,
    private readonly handle: Awaited<ReturnType<typeof open>>,
  ) {}

  static async open(folder: string, half: string): Promise<Weights> {
    const places = placed.parse(JSON.parse(await readFile(path.join(folder, `${half}.json`), 'utf8')));
    return new Weights(places, await open(path.join(folder, `${half}.bin`), 'r'));
  }

  async read(name: string): Promise<Float32Array> {
    const place = this.places[name];
    if (!place) throw new Error(`${name} has no place`);
    const bytes = new Uint8Array(place.length);
    await this.handle.read(bytes, 0, place.length, place.offset);
    return new Float32Array(bytes.buffer);
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}
