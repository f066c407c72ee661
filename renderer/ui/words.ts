import { createInstance } from 'i18next';
import { create } from 'zustand';
import type { QueueView } from '../../contract/views.ts';
import { type Translate, wordsOptions } from '../../contract/words/words.ts';

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

/** "1 picture", "12 pictures" */
export function pictures(count: number): string {
  return t('units.pictures', { count });
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
