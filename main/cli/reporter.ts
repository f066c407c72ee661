import path from 'node:path';
import { cancelled, type GessoError } from '../../contract/errors.ts';
import type { ItemRecord } from '../jobs/records.ts';
import { formatDuration, TimeLeft } from './time-left.ts';

/** Results go to stdout (one JSON object a line with --json), progress and remarks for people to stderr. */
export class Reporter {
  readonly counts = { done: 0, failed: 0, skipped: 0 };
  #timeLeft: TimeLeft;
  #finished = 0;
  #lastDrawn = 0;
  #isLineOpen = false;
  #clip: { item: number; begun: number; first: number } | undefined;
  #frames = '';

  constructor(
    private readonly json: boolean,
    private readonly total: number,
    private readonly verb: string,
  ) {
    this.#timeLeft = new TimeLeft();
  }

  item(item: ItemRecord): void {
    this.#finished++;
    this.#frames = '';
    this.#timeLeft.update(this.#finished / Math.max(1, this.total));
    const { input, result, error } = item;
    if (item.status === 'failed' && error) {
      this.failure(input, error);
      return;
    }
    if (item.status === 'cancelled') {
      this.failure(input, cancelled(path.basename(input)).toRecord());
      return;
    }
    if (!result) return;
    const { output, model, device, width, height, tiles, seconds, notes } = result;
    const { framesIn, framesOut, fps, cuts, rate, seed, steps, figures } = result;
    const skipped = item.status === 'skipped';
    this.counts[skipped ? 'skipped' : 'done']++;
    this.line(
      {
        event: 'item',
        // Made of nothing.
        input: input === '' ? null : input,
        output,
        model,
        device,
        ...(seed !== undefined && { seed }),
        width,
        height,
        ...(steps !== undefined && { steps }),
        tiles,
        seconds,
        ...{ framesIn, framesOut, fps, cuts, rate },
        ...(figures && { figures }),
        ...(skipped && { skipped }),
        ...(notes.length > 0 && { notes }),
      },
      skipped ? `${output} exists already: skipped (--existing overwrite or rename)` : output,
    );
    if (!this.json) for (const note of notes) this.remark(`${path.basename(input)}: ${note}`);
  }

  problem(input: string, error: GessoError): void {
    this.failure(input, error.toRecord());
  }

  progress(item: ItemRecord, fraction: number): void {
    if (!process.stderr.isTTY || Date.now() - this.#lastDrawn < 100) return;
    this.#lastDrawn = Date.now();
    const overall = (this.#finished + fraction) / Math.max(1, this.total);
    const left = this.#timeLeft.update(overall);
    const parts = [
      `${this.verb} ${Math.min(this.#finished + 1, this.total)} of ${this.total}`,
      path.basename(item.input),
      `${Math.floor(fraction * 100)} %`,
      ...(this.#frames ? [this.#frames] : []),
      ...(this.#timeLeft.rate(this.#finished) ?? []),
      ...(left === undefined ? [] : [`${formatDuration(left)} left`]),
    ];
    process.stderr.write(`\r\x1b[K${parts.join(' · ')}`.slice(0, (process.stderr.columns || 80) + 3));
    this.#isLineOpen = true;
  }

  /** Frames of a clip, as they are made: how many a second is told beside the time left. */
  counted(item: ItemRecord, { done, total }: { done: number; total: number; made: number }): void {
    if (this.#clip?.item !== item.id) this.#clip = { item: item.id, begun: Date.now(), first: done };
    const { begun, first } = this.#clip;
    const seconds = (Date.now() - begun) / 1000;
    const speed = seconds > 1 ? `, ${((done - first) / seconds).toFixed(1)} a second` : '';
    this.#frames = `frame ${done} of ${total}${speed}`;
  }

  /** Losses of what learns: one line a step for programs, the latest for people. */
  learnt({ from, values }: { from: number; values: readonly number[] }): void {
    const last = values.at(-1);
    if (last !== undefined) this.#frames = `step ${from + values.length - 1}, loss ${last.toPrecision(4)}`;
    if (this.json)
      for (const [at, loss] of values.entries()) this.line({ event: 'step', step: from + at, loss }, '');
  }

  remark(text: string): void {
    this.#closeLine();
    process.stderr.write(`${text}\n`);
  }

  summary(): void {
    this.#closeLine();
    const { done, failed, skipped } = this.counts;
    if (this.json) process.stdout.write(`${JSON.stringify({ event: 'summary', done, failed, skipped })}\n`);
    else {
      const parts = [
        `${done} done`,
        ...(skipped ? [`${skipped} skipped`] : []),
        ...(failed ? [`${failed} failed`] : []),
      ];
      process.stderr.write(`${parts.join(', ')}\n`);
    }
  }

  private failure(input: string, error: { code: string; message: string; hint: string }): void {
    this.counts.failed++;
    if (this.json) this.line({ event: 'item', input: input === '' ? null : input, error }, '');
    else this.remark(`${error.message} ${error.hint}`);
  }

  private line(record: object, text: string): void {
    this.#closeLine();
    process.stdout.write(`${this.json ? JSON.stringify(record) : text}\n`);
  }

  #closeLine(): void {
    if (this.#isLineOpen) process.stderr.write('\r\x1b[K');
    this.#isLineOpen = false;
  }
}
