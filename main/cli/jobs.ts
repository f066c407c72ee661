import type { JobRecord } from '../jobs/records.ts';
import type { Workshop } from '../jobs/workshop.ts';

/** queued, running, done, failed or cancelled: what a job's items say of it together. */
function jobStatus({ counts, cancelled }: JobRecord): string {
  if (counts.running > 0) return 'running';
  if (counts.queued > 0) return 'queued';
  if (cancelled || counts.cancelled > 0) return 'cancelled';
  return counts.failed > 0 ? 'failed' : 'done';
}

export function listJobs(workshop: Workshop, json: boolean): void {
  const jobs = workshop.store.jobs();
  for (const job of jobs) {
    const { id, counts } = job;
    const created = new Date(job.created).toISOString();
    const status = jobStatus(job);
    if (json)
      process.stdout.write(`${JSON.stringify({ event: 'job', id, status, created, items: counts })}\n`);
    else {
      const some = Object.entries(counts).flatMap(([state, n]) => (n > 0 ? [`${n} ${state}`] : []));
      process.stdout.write(`${id}\t${status}\t${created}\t${some.join(', ') || 'empty'}\n`);
    }
  }
  if (jobs.length === 0 && !json) process.stdout.write('The queue is empty.\n');
}

export function showJob(workshop: Workshop, id: number, json: boolean): void {
  const job = workshop.store.job(id);
  if (json)
    process.stdout.write(
      `${JSON.stringify({ event: 'job', id, status: jobStatus(job), recipe: job.recipe, options: job.options, items: job.counts })}\n`,
    );
  else process.stdout.write(`Job ${id}: ${jobStatus(job)}\n${JSON.stringify(job.recipe)}\n`);
  for (const { input, status, result, error } of workshop.store.items(id)) {
    if (json)
      process.stdout.write(
        `${JSON.stringify({ event: 'item', input, status, ...(result && { output: result.output }), ...(error && { error }) })}\n`,
      );
    else
      process.stdout.write(
        `${status}\t${input}${result ? ` -> ${result.output}` : ''}${error ? `\t${error.message}` : ''}\n`,
      );
  }
}

export function cancelJob(workshop: Workshop, id: number, json: boolean): void {
  const cancelled = workshop.store.cancel(id);
  process.stdout.write(
    json
      ? `${JSON.stringify({ event: 'cancelled', id, items: cancelled })}\n`
      : `Cancelled job ${id}: ${cancelled} items were not finished.\n`,
  );
}

export function clearJobs(workshop: Workshop, json: boolean): void {
  const cleared = workshop.store.clear();
  process.stdout.write(
    json ? `${JSON.stringify({ event: 'cleared', jobs: cleared })}\n` : `Cleared ${cleared} finished jobs.\n`,
  );
}
