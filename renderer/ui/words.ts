import type { QueueView } from '../../contract/views.ts';

/** "1 picture", "12 pictures" */
export function pictures(count: number): string {
  return count === 1 ? '1 picture' : `${count} pictures`;
}

/** "1 min 20 s left": rounded so that it does not flicker. */
export function timeLeft(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s left`;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.floor((seconds % 60) / 10) * 10;
  if (minutes < 60) return rest > 0 ? `${minutes} min ${rest} s left` : `${minutes} min left`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 > 0 ? `${hours} h ${minutes % 60} min left` : `${hours} h left`;
}

/** What the status bar says of the queue. */
export function queueWords(queue: QueueView): string {
  if (queue.total === 0) return 'Ready';
  if (queue.working && queue.paused)
    return queue.running > 0
      ? 'Pausing after this picture'
      : `Paused · ${pictures(queue.total - queue.finished)} left`;
  if (queue.working) {
    const words = `Restoring ${Math.min(queue.finished + 1, queue.total)} of ${queue.total}`;
    return queue.millisecondsLeft === undefined ? words : `${words} · ${timeLeft(queue.millisecondsLeft)}`;
  }
  const { total, skipped, failed, cancelled } = queue;
  const done = total - skipped - failed - cancelled;
  return [
    ...(done > 0 || done === total ? [`${done} done`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
  ].join(', ');
}
