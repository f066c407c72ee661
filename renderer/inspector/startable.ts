import type { SourceView } from '../../contract/views.ts';

/** In the queue's hands: neither to be queued again nor to be taken for idle. */
export function isBusy({ item }: SourceView): boolean {
  return item?.status === 'queued' || item?.status === 'running';
}

/** The sources that a start would take. While others are worked on, what is done already is left alone. */
export function startable(sources: readonly SourceView[]): SourceView[] {
  const isWorking = sources.some(isBusy);
  return sources.filter(
    (source) =>
      source.state !== 'unreadable' &&
      !isBusy(source) &&
      !(isWorking && (source.item?.status === 'done' || source.item?.status === 'skipped')),
  );
}
