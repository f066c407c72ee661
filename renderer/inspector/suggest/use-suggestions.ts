import { type KeyboardEvent, useEffect, useState } from 'react';
import { bridge } from '../../app/bridge.ts';
import { useStudio } from '../../app/store.ts';

/** Nobody wants words while the next ones are being typed; milliseconds. */
const AFTER_MS = 450;
const MOST = 3;

interface Suggestions {
  /** Whole texts, each beginning with what was typed. */
  readonly texts: readonly string[];
  /** The user has typed this: it may be gone on with. */
  typed(text: string): void;
  /** Tab takes the first, Escape leaves all. @returns whether the key was meant for them */
  press(event: KeyboardEvent, take: (text: string) => void): boolean;
}

/** Something learnt that goes on with words: the newest. */
export function useWordsLearnt() {
  return useStudio(({ learnt }) => learnt.find(({ kind }) => kind === 'words'));
}

/**
 * How a text that is being typed could go on, by what was learnt of the user's own words.
 * @param fits leaves out texts that the field cannot hold
 */
export function useSuggestions(
  text: string,
  isAsked: boolean,
  fits: (text: string) => boolean = () => true,
): Suggestions {
  const [typed, setTyped] = useState<string>();
  const [found, setFound] = useState<{ of: string; texts: readonly string[] }>();
  const isOn = useStudio(({ learn }) => learn.suggests) && isAsked;
  const model = useWordsLearnt()?.id;
  const wanted = isOn && typed === text && text.trim() !== '' ? text : undefined;
  useEffect(() => {
    if (model === undefined || wanted === undefined) return;
    let cancel = () => {};
    const timer = setTimeout(() => {
      const call = bridge.askLearnt({
        ...{ id: model, use: 'suggest', inputs: [], text: wanted, seed: 0, count: MOST },
      });
      cancel = () => call.cancel();
      // What cannot be suggested is no trouble worth a notice.
      void call.outcome.then((outcome) => {
        if (outcome.ok) setFound({ of: wanted, texts: textsOf(outcome.value.found, wanted) });
      });
    }, AFTER_MS);
    return () => {
      clearTimeout(timer);
      cancel();
    };
  }, [model, wanted]);
  const texts = found !== undefined && found.of === wanted ? found.texts.filter(fits) : [];
  return {
    texts,
    typed: setTyped,
    press(event, take) {
      const [first] = texts;
      if (first === undefined || event.shiftKey || (event.key !== 'Tab' && event.key !== 'Escape'))
        return false;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === 'Tab') take(first);
      else setTyped(undefined);
      return true;
    },
  };
}

/** Those that really go on with the text, each once. */
export function textsOf(found: readonly { what: string }[], text: string): string[] {
  const on = found.map(({ what }) => what.trimEnd()).filter((what) => what.startsWith(text) && what !== text);
  return [...new Set(on)].slice(0, MOST);
}
