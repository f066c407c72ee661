import { type GessoError, isCancelled } from '../../contract/errors.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { Reporter } from './reporter.ts';

export const EXIT = { done: 0, someFailed: 1, usage: 2, cancelled: 130 } as const;

/** Aborts on the first Ctrl-C; the second ends the program at once. */
export function onInterrupt(workshop: Workshop): AbortSignal {
  const abort = new AbortController();
  const hear = () => {
    if (abort.signal.aborted) {
      workshop.close();
      process.exit(EXIT.cancelled);
    }
    process.stderr.write('\nStopping after the tile in hand... (Ctrl-C again: at once)\n');
    abort.abort();
  };
  process.on('SIGINT', hear);
  process.on('SIGTERM', hear);
  return abort.signal;
}

/**
 * Works off a job (or, without one, the whole queue) and reports every item; the exit code says how it went.
 * `problems` are inputs that never became items.
 */
export async function runJob(
  workshop: Workshop,
  options: {
    job?: number;
    json: boolean;
    problems?: { input: string; error: GessoError }[];
    verb?: string;
  },
): Promise<number> {
  const { job, json, problems = [], verb = 'Restoring' } = options;
  const waiting = workshop.store.unfinished(job);
  const reporter = new Reporter(json, waiting.length, verb);
  for (const { input, error } of problems) reporter.problem(input, error);
  const reported = new Set<number>();
  try {
    await workshop.runner.run({
      ...(job !== undefined && { job }),
      signal: onInterrupt(workshop),
      listener: {
        itemProgressed: (item, fraction) => reporter.progress(item, fraction),
        itemCounted: (item, frames) => reporter.counted(item, frames),
        itemLearnt: (_, losses) => reporter.learnt(losses),
        itemFinished: (item) => {
          reported.add(item.id);
          reporter.item(item);
        },
      },
    });
  } catch (thrown) {
    if (!isCancelled(thrown)) throw thrown;
    reporter.summary();
    const left = workshop.store.unfinished(job).length;
    if (left > 0) reporter.remark(`${left} left in the queue: go on with \`gesso jobs resume\`.`);
    return EXIT.cancelled;
  }
  // What another instance finished meanwhile is reported too: one line for every input.
  for (const item of waiting) if (!reported.has(item.id)) reporter.item(workshop.store.item(item.id));
  reporter.summary();
  return reporter.counts.failed > 0 ? EXIT.someFailed : EXIT.done;
}
