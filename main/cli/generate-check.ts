import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Workshop } from '../jobs/workshop.ts';
import { EXIT, onInterrupt } from './run-job.ts';

/** What a run may be off by after any step, in deviations of what was recorded. */
const CLOSE = 1e-2;

/** Replays recorded runs and says how far each is off. @returns the exit code: 1 where one is not close */
export async function checkRuns(
  workshop: Workshop,
  manifest: string,
  runs: readonly string[],
  flags: { trace?: string; json?: boolean },
): Promise<number> {
  const work = await mkdtemp(path.join(workshop.folder.work, `0-${process.pid}-`));
  let isClose = true;
  try {
    await workshop.host.call(
      'generate.check',
      {
        manifest: path.resolve(manifest),
        work,
        ...(runs.length > 0 && { runs: [...runs] }),
        ...(flags.trace !== undefined && { trace: path.resolve(flags.trace) }),
      },
      {
        signal: onInterrupt(workshop),
        onEvent: ({ run, steps, error }) => {
          isClose &&= error <= CLOSE;
          const line = flags.json
            ? JSON.stringify({ event: 'run', run, steps, error })
            : `${run}: ${steps} steps, off by ${error.toExponential(2)}`;
          process.stdout.write(`${line}\n`);
        },
      },
    );
    return isClose ? EXIT.done : EXIT.someFailed;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
