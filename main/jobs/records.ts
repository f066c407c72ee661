import { z } from 'zod';
import { type AnyRecipe, anyRecipe } from '../../contract/clip-recipe.ts';
import { ERROR_CODES } from '../../contract/errors.ts';
import { type RunOptions, runOptions } from '../../contract/recipe.ts';
import type { SqlRow } from './sql.ts';

const ITEM_STATUSES = ['queued', 'running', 'done', 'skipped', 'failed', 'cancelled'] as const;
export type ItemStatus = (typeof ITEM_STATUSES)[number];

/** States that an item never leaves by itself. */
export const TERMINAL: readonly ItemStatus[] = ['done', 'skipped', 'failed', 'cancelled'];

/** What a finished item says of itself; the command line prints it, the window shows it. */
const itemResult = z.object({
  output: z.string(),
  model: z.string(),
  device: z.string().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  tiles: z.number().optional(),
  seconds: z.number().optional(),
  /** Of a clip: frames used of the source and frames made, how many a second it was worked at, and cuts. */
  framesIn: z.number().optional(),
  framesOut: z.number().optional(),
  fps: z.number().optional(),
  cuts: z.number().optional(),
  /** Of a clip: frames a second of the result, exact. */
  rate: z.string().optional(),
  /** Of a made picture: what its noise began with, and how many steps it took. */
  seed: z.number().optional(),
  steps: z.number().optional(),
  /** Of what was learnt: what was measured at the end, by name. */
  figures: z.record(z.string(), z.number()).optional(),
  notes: z.array(z.string()).default([]),
  timings: z.record(z.string(), z.number()).optional(),
});
export type ItemResult = z.infer<typeof itemResult>;

/** How much of the resolution a clip's motion is looked for at, the most first. */
export const FLOW_SCALES = [1, 0.5, 0.25] as const;
export type FlowScale = (typeof FLOW_SCALES)[number];

const errorRecord = z.object({ code: z.enum(ERROR_CODES), message: z.string(), hint: z.string() });

export interface ItemRecord {
  id: number;
  job: number;
  position: number;
  input: string;
  folder: string;
  /** Absolute path of the other picture, where two make a clip. */
  second: string | undefined;
  toldApart: boolean;
  status: ItemStatus;
  attempts: number;
  tileLimit: number | undefined;
  /** Of a clip, as `tileLimit` of a picture: the largest flow scale still allowed. */
  flowLimit: FlowScale | undefined;
  owner: string | undefined;
  heartbeat: number;
  result: ItemResult | undefined;
  error: z.infer<typeof errorRecord> | undefined;
  /** Grows with every change anywhere in the queue. */
  seq: number;
}

export interface JobRecord {
  id: number;
  created: number;
  recipe: AnyRecipe;
  options: RunOptions;
  cancelled: boolean;
  counts: Record<ItemStatus, number>;
}

export function toItem(row: SqlRow): ItemRecord {
  const json = (value: unknown) =>
    value === null || value === undefined ? undefined : JSON.parse(String(value));
  return {
    id: Number(row.id),
    job: Number(row.job),
    position: Number(row.position),
    input: String(row.input),
    folder: String(row.folder),
    second: row.second === null || row.second === undefined ? undefined : String(row.second),
    toldApart: row.told_apart === 1,
    status: z.enum(ITEM_STATUSES).parse(row.status),
    attempts: Number(row.attempts),
    tileLimit: row.tile_limit === null ? undefined : Number(row.tile_limit),
    flowLimit: FLOW_SCALES.find((scale) => scale === row.flow_limit),
    owner: row.owner === null ? undefined : String(row.owner),
    heartbeat: Number(row.heartbeat ?? 0),
    result: itemResult.optional().parse(json(row.result)),
    error: errorRecord.optional().parse(json(row.error)),
    seq: Number(row.seq),
  };
}

export function toJob(row: SqlRow, counts: Record<ItemStatus, number>): JobRecord {
  return {
    id: Number(row.id),
    created: Number(row.created),
    recipe: anyRecipe.parse(JSON.parse(String(row.recipe))),
    options: runOptions.parse(JSON.parse(String(row.options))),
    cancelled: row.cancelled === 1,
    counts,
  };
}
