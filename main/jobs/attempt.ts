import path from 'node:path';
import type { EngineHost } from '../engine/host/host.ts';
import type { Event } from '../engine/protocol/methods.ts';
import type { Ledger } from './ledger.ts';
import { fillTemplate, localDate, type NameValues } from './names.ts';
import type { ItemRecord, JobRecord } from './records.ts';
import type { ReadyModel } from './resolve.ts';
import type { JobStore } from './store.ts';

/** What a try at one item works with. */
export interface AttemptContext {
  item: ItemRecord;
  job: JobRecord;
  store: JobStore;
  ledger: Ledger;
  host: EngineHost;
  /** This instance's name on its leases. */
  owner: string;
  /** The models that are installed now. */
  models(): ReadyModel[];
  /** The item's folder for the engine's spools; gone with this process. */
  work: string;
  /** The item's folder for finished pieces; there until the item is done. */
  parts: string;
  software: string;
}

/** How far a try has come. */
export interface AttemptProgress {
  /** 0..1 of the item. */
  fraction?: number | undefined;
  /** A part of a picture that can be looked at. */
  piece?: Event<'restore.picture'>['piece'];
  /** Output frames of a clip: done, of all, and made by the network in this try. */
  frames?: Event<'interpolate.clip'>['frames'];
  /** The newest frame of a clip, where somebody looks. */
  latest?: Event<'interpolate.clip'>['latest'];
  /** Steps of a picture that is made of noise. */
  steps?: Event<'generate.diffusion'>['steps'];
  /** Losses of what learns since the last time; the first of them is of step `from`. */
  losses?: Event<'learn.train'>['losses'];
  /** What a picture that is made is like so far, a file. */
  sketch?: Event<'generate.diffusion'>['preview'];
}

/** The name of an item's result, without extension. */
export function stemOf(
  { item, job }: Pick<AttemptContext, 'item' | 'job'>,
  template: string,
  values: Pick<NameValues, 'model' | 'scale' | 'fps' | 'slow' | 'style' | 'prompt' | 'seed'>,
): string {
  const { name, ext } = path.parse(item.input);
  const count = Object.values(job.counts).reduce((a, b) => a + b, 0);
  const stem = fillTemplate(template, {
    name,
    ...values,
    date: localDate(job.created),
    index: String(item.position + 1).padStart(String(count).length, '0'),
  });
  return item.toldApart && ext.length > 1 ? `${stem}_${ext.slice(1).toLowerCase()}` : stem;
}
