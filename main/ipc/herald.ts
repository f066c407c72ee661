import type { QueueView } from '../../contract/views.ts';
import type { Translate } from '../../contract/words/words.ts';
import type { Desktop } from './desktop.ts';

/** Work that was over sooner is not worth a notice; milliseconds. */
const LONG_MS = 20_000;

/** Tells the desktop how the queue stands: a bar while it works, a notice when long work has ended. */
export class Herald {
  #since: number | undefined;
  #shown: string | undefined;

  constructor(
    private readonly desktop: Pick<Desktop, 'showProgress' | 'notify'>,
    private readonly t: Translate,
    private readonly now: () => number = Date.now,
  ) {}

  tell(queue: QueueView): void {
    this.#show(queue);
    if (queue.working) {
      this.#since ??= this.now();
      return;
    }
    const since = this.#since;
    this.#since = undefined;
    // What the user has just cancelled is no news.
    const isNews = queue.total > queue.cancelled && since !== undefined && this.now() - since >= LONG_MS;
    if (isNews) this.desktop.notify(...this.#words(queue));
  }

  /** A hundredth is the least that is seen; a desktop is not told the same twice. */
  #show({ working, fraction, paused }: QueueView): void {
    const shown = working ? `${Math.floor(fraction * 100)} ${paused}` : '';
    if (shown === this.#shown || (shown === '' && this.#shown === undefined)) return;
    this.#shown = shown;
    this.desktop.showProgress(working ? fraction : undefined, paused);
  }

  #words({ of, total, skipped, failed, cancelled }: QueueView): [string, string] {
    const { t } = this;
    const done = total - skipped - failed - cancelled;
    const parts = [
      t(`desktop.over.done.${of}`, { count: done }),
      ...(skipped > 0 ? [t('queue.over.skipped', { count: skipped })] : []),
      ...(failed > 0 ? [t('desktop.over.failed', { count: failed })] : []),
      ...(cancelled > 0 ? [t('queue.over.cancelled', { count: cancelled })] : []),
    ];
    return [
      t(failed > 0 ? `desktop.over.badTitle.${of}` : `desktop.over.title.${of}`),
      `${parts.join(', ')}.`,
    ];
  }
}
