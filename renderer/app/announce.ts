import { queueWords, t } from '../ui/words.ts';
import type { StudioState } from './store.ts';

/** What is read aloud: when the user pauses, or at once. */
export interface Announcement {
  text: string;
  isUrgent: boolean;
}

/** The part of the state that is spoken of. */
export type Heard = Pick<
  StudioState,
  | 'phase'
  | 'queue'
  | 'preview'
  | 'installing'
  | 'models'
  | 'measuring'
  | 'moving'
  | 'isVerifying'
  | 'appSettings'
>;

/**
 * What is to be said of a change: that work began, was held, failed or ended; never how far it is. The first of these
 * that holds is said, the others are not. What failed on a user's request is said by the notice that shows it.
 */
export function announcementOf(before: Heard, after: Heard): Announcement | undefined {
  // What was there when the window opened is no news.
  if (before.phase !== 'ready') return undefined;
  const failed = failure(before, after);
  if (failed !== undefined) return { text: failed, isUrgent: true };
  const text =
    ofQueue(before, after) ??
    ofPreview(before, after) ??
    ofModels(before, after) ??
    ofSettings(before, after);
  return text === undefined ? undefined : { text, isUrgent: false };
}

/** The last failure is said with the end of the queue. */
function failure({ queue: before }: Heard, { queue: after }: Heard): string | undefined {
  const isNews = after.working && before.working && after.failed > before.failed;
  return isNews ? t(`spoken.failed.${after.of}`, { count: after.failed }) : undefined;
}

function ofQueue({ queue: before }: Heard, { queue: after }: Heard): string | undefined {
  if (!before.working && after.working)
    return t(`spoken.began.${after.of}`, { count: after.total - after.finished });
  if (before.working && !after.working)
    return after.total === 0 ? undefined : t(`spoken.over.${after.of}`, { result: queueWords(after) });
  if (!after.working) return undefined;
  if (!before.paused && after.paused) return queueWords(after);
  if (before.paused && !after.paused) return t(`spoken.goesOn.${after.of}`);
  // The picture in hand is done: now it rests.
  if (after.paused && before.running > 0 && after.running === 0) return queueWords(after);
  return undefined;
}

function ofPreview({ preview: before }: Heard, { preview: after }: Heard): string | undefined {
  return before?.isWorking && after && !after.isWorking ? t('spoken.preview') : undefined;
}

function ofModels(before: Heard, after: Heard): string | undefined {
  const had = new Set(before.models.filter(({ installed }) => installed).map(({ id }) => id));
  const news =
    before.models.length > 0
      ? after.models.find(({ id, installed }) => installed && !had.has(id))
      : undefined;
  if (news) return t('spoken.installed', { name: news.name });
  const next = after.installing;
  if (next && next.id !== before.installing?.id) {
    const { name } = after.models.find(({ id }) => id === next.id) ?? { name: next.id };
    return t('library.installing', { name });
  }
  return undefined;
}

function ofSettings(before: Heard, after: Heard): string | undefined {
  if (before.isVerifying && !after.isVerifying) return t('spoken.verified');
  if (!before.measuring && after.measuring) return t('spoken.measuring');
  if (before.appSettings.comparison?.measuredAt !== after.appSettings.comparison?.measuredAt)
    return t('spoken.measured');
  if (!before.moving && after.moving) return t('settings.data.moving');
  return undefined;
}
