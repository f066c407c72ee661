import path from 'node:path';
import type { Workshop } from '../jobs/workshop.ts';
import { EXIT } from './run-job.ts';

/** What losses, gradients and parameters may be off by, in the measures of the engine's learn-check.ts. */
const CLOSE = 1e-4;

/** Makes the first steps of a recorded training. @returns the exit code: 1 where they are not those recorded */
export async function checkLearning(
  workshop: Workshop,
  manifest: string,
  name: string,
  flags: { out: string; json?: boolean },
): Promise<number> {
  const { losses, errors } = await workshop.host.call('learn.check', {
    manifest: path.resolve(manifest),
    case: name,
    out: path.resolve(flags.out),
  });
  if (flags.json)
    process.stdout.write(
      `${JSON.stringify({ event: 'case', case: name, losses, ...(errors && { errors }) })}\n`,
    );
  else {
    const told = errors
      ? `off by ${Object.entries(errors)
          .map(([what, error]) => `${error.toExponential(1)} (${what})`)
          .join(', ')}`
      : 'nothing is recorded to compare with';
    process.stdout.write(`${name}: losses ${losses.map((loss) => loss.toFixed(6)).join(', ')}; ${told}\n`);
  }
  return errors && Object.values(errors).some((error) => error > CLOSE) ? EXIT.someFailed : EXIT.done;
}
