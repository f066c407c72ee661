import type { SourceView } from '../../contract/views.ts';
import type { IconName } from '../ui/Icon.tsx';

export interface Badge {
  icon: IconName;
  tone: 'good' | 'bad' | 'plain' | 'busy';
  word: string;
}

/** The sign and the word for how a picture stands; undefined where nothing has been asked of it. */
export function badgeOf({ state, item }: SourceView): Badge | undefined {
  if (state === 'unreadable') return { icon: 'fail', tone: 'bad', word: 'Cannot be read' };
  switch (item?.status) {
    case undefined:
      return undefined;
    case 'queued':
      return { icon: 'wait', tone: 'plain', word: 'Waiting' };
    case 'running':
      return { icon: 'wait', tone: 'busy', word: 'Restoring' };
    case 'done':
      return { icon: 'check', tone: 'good', word: 'Done' };
    case 'skipped':
      return { icon: 'skip', tone: 'plain', word: 'Skipped' };
    case 'failed':
      return { icon: 'fail', tone: 'bad', word: 'Failed' };
    case 'cancelled':
      return { icon: 'stop', tone: 'plain', word: 'Cancelled' };
  }
}
