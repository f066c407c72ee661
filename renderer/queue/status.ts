import type { ItemView, SourceView } from '../../contract/views.ts';
import type { IconName } from '../ui/Icon.tsx';
import { t } from '../ui/words.ts';

export interface Badge {
  icon: IconName;
  tone: 'good' | 'bad' | 'plain' | 'busy';
  word: string;
}

/** The sign and the word for how a picture stands; undefined where nothing has been asked of it. */
export function badgeOf({ state, item }: SourceView): Badge | undefined {
  if (state === 'unreadable') return { icon: 'fail', tone: 'bad', word: t('queue.status.unreadable') };
  return item && badgeOfItem(item.status);
}

/** The sign and the word for how an item of the queue stands. */
export function badgeOfItem(status: ItemView['status']): Badge {
  switch (status) {
    case 'queued':
      return { icon: 'wait', tone: 'plain', word: t('queue.status.queued') };
    case 'running':
      return { icon: 'wait', tone: 'busy', word: t('queue.status.running') };
    case 'done':
      return { icon: 'check', tone: 'good', word: t('queue.status.done') };
    case 'skipped':
      return { icon: 'skip', tone: 'plain', word: t('queue.status.skipped') };
    case 'failed':
      return { icon: 'fail', tone: 'bad', word: t('queue.status.failed') };
    case 'cancelled':
      return { icon: 'stop', tone: 'plain', word: t('queue.status.cancelled') };
  }
}
