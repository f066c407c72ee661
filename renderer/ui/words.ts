import { createInstance } from 'i18next';
import { create } from 'zustand';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { ModelView, QueueView } from '../../contract/views.ts';
import { type Translate, type WordKey, wordsOptions } from '../../contract/words/words.ts';

interface Speech {
  language: string;
  translate: Translate;
}

function speechIn(language: string): Speech {
  const instance = createInstance();
  void instance.init(wordsOptions(language));
  return { language, translate: instance.t as Translate };
}

const useSpeech = create<Speech>(() => speechIn('en'));

/**
 * The text of a key in the language that is spoken now. It is asked for while rendering, never kept in a constant:
 * `App` renders anew when the language changes, and everything below it with it, but for what is memo (`useLanguage`).
 */
export const t: Translate = (key, ...values) => useSpeech.getState().translate(key, ...values);

/** Speaks another language of the catalogue from now on. */
export function speak(language: string): void {
  if (language !== useSpeech.getState().language) useSpeech.setState(speechIn(language));
}

/** The language that is spoken; renders anew when it changes. */
export function useLanguage(): string {
  return useSpeech(({ language }) => language);
}

/** An error where there is no room for markup: in another language than English, its kind before main's own words. */
export function whatHappened({ code, message }: ErrorRecord): string {
  const { language } = useSpeech.getState();
  return language === 'en' ? message : `${t(`errors.${code}`)} – ${message}`;
}

/** What a model is good for, in its catalogue entry's own words where the language has none for it. */
export function goodFor({ family, goodFor: own }: Pick<ModelView, 'family' | 'goodFor'>): string {
  return t(`models.goodFor.${family}` as WordKey, { defaultValue: own });
}

/** "1.5", "1,5" */
export function tenths(value: number): string {
  const { language } = useSpeech.getState();
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false } as const;
  return new Intl.NumberFormat(language, digits).format(value);
}

/** "0.0123", "12.3", "1,540": what is measured, with three digits that count. */
export function significant(value: number): string {
  const { language } = useSpeech.getState();
  return new Intl.NumberFormat(language, { maximumSignificantDigits: 3 }).format(value);
}

/** "726,467" */
export function grouped(value: number): string {
  return new Intl.NumberFormat(useSpeech.getState().language).format(value);
}

/** "9.0 MB" */
export function megabytes(bytes: number): string {
  const mega = bytes / 1e6;
  return t('units.megabytes', { megabytes: mega < 10 ? tenths(mega) : Math.round(mega) });
}

/** "1 min 20 s left": rounded so that it does not flicker. */
export function timeLeft(milliseconds: number): string {
  return t('units.left', { time: duration(milliseconds) });
}

/** "0.043 s", "1.4 s", "12 s": what is short with two digits. */
export function seconds(milliseconds: number): string {
  if (milliseconds >= 60_000) return duration(milliseconds);
  const { language } = useSpeech.getState();
  const digits = milliseconds < 10_000 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 0 };
  const text = new Intl.NumberFormat(language, digits).format(milliseconds / 1000);
  return t('units.seconds', { seconds: text });
}

/** "1 min 20 s" */
export function duration(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000));
  const tens = Math.floor((seconds % 60) / 10) * 10;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (seconds < 60) return joined({ seconds });
  return hours === 0 ? joined({ minutes, seconds: tens }) : joined({ hours, minutes: minutes % 60 });
}

function joined({ hours = 0, minutes = 0, seconds = 0 }): string {
  const parts = [
    ...(hours > 0 ? [t('units.hours', { hours })] : []),
    ...(minutes > 0 ? [t('units.minutes', { minutes })] : []),
    ...(seconds > 0 ? [t('units.seconds', { seconds })] : []),
  ];
  return parts.join(' ');
}

/** What the status bar says of the queue. */
export function queueWords(queue: QueueView): string {
  if (queue.total === 0) return t('queue.ready');
  if (queue.working && queue.paused)
    return queue.running > 0
      ? t(`queue.pausing.${queue.of}`)
      : t(`queue.paused.${queue.of}`, { count: queue.total - queue.finished });
  if (queue.working) {
    const at = Math.min(queue.finished + 1, queue.total);
    const words = t(`queue.working.${queue.of}`, { at, total: queue.total });
    return queue.millisecondsLeft === undefined ? words : `${words} · ${timeLeft(queue.millisecondsLeft)}`;
  }
  const { total, skipped, failed, cancelled } = queue;
  const done = total - skipped - failed - cancelled;
  return [
    ...(done > 0 || done === total ? [t('queue.over.done', { count: done })] : []),
    ...(skipped > 0 ? [t('queue.over.skipped', { count: skipped })] : []),
    ...(failed > 0 ? [t('queue.over.failed', { count: failed })] : []),
    ...(cancelled > 0 ? [t('queue.over.cancelled', { count: cancelled })] : []),
  ].join(', ');
}

/** When a job was asked for: "11:03" today, "24 Nov, 11:03" before. */
export function dayAndTime(milliseconds: number): string {
  const { language } = useSpeech.getState();
  const isToday = new Date(milliseconds).toDateString() === new Date().toDateString();
  const time = { hour: '2-digit', minute: '2-digit' } as const;
  const day = isToday ? {} : ({ day: 'numeric', month: 'short' } as const);
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { ...day, ...time }).format(
    milliseconds,
  );
}
