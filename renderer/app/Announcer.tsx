import { useEffect, useState } from 'react';
import { useLanguage } from '../ui/words.ts';
import { type Announcement, announcementOf } from './announce.ts';
import { useStudio } from './store.ts';

/** The one place from which the page speaks to a screen reader by itself; nothing of it is seen. */
export function Announcer() {
  const [said, setSaid] = useState<Announcement & { turn: number }>();
  useEffect(
    () =>
      useStudio.subscribe((after, before) => {
        const next = announcementOf(before, after);
        if (next) setSaid((last) => ({ ...next, turn: (last?.turn ?? 0) + 1 }));
      }),
    [],
  );
  const language = useLanguage();
  // What was said in another language is old news.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the language is the reason
  useEffect(() => setSaid(undefined), [language]);
  // Made anew each time: the same words twice are two pieces of news.
  const text = said && <p key={said.turn}>{said.text}</p>;
  return (
    <div className="hidden">
      <div data-spoken="calm" aria-live="polite">
        {said?.isUrgent ? null : text}
      </div>
      <div data-spoken="urgent" aria-live="assertive">
        {said?.isUrgent ? text : null}
      </div>
    </div>
  );
}
