import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { parseRational, toNumber } from '../../contract/time.ts';
import { selectedSource, useStudio } from '../app/store.ts';
import { getClip, setClip, useClip } from './clip-store.ts';
import { type Sight, wholeOf, zoomSight } from './timeline.ts';

/** A clip whose length nobody knows is drawn as long as this until its frames are, seconds. */
const UNKNOWN = 10;
/** So many frames are in sight at the closest. */
const LEAST_FRAMES = 6;

/** All of the clip, as far as its length is known by now. */
export function useWhole(): Sight {
  const looked = useClip((clip) => clip.looked);
  const stated = useStudio((state) => selectedSource(state)?.clip?.seconds);
  if (looked) return wholeOf(looked);
  const seconds = stated === undefined ? 0 : toNumber(parseRational(stated)!);
  return { from: 0, to: seconds > 0 ? seconds : UNKNOWN };
}

/** The part of the clip in sight. */
export function useSight(): Sight {
  const whole = useWhole();
  return useClip((clip) => clip.sight) ?? whole;
}

/** Shows less or more, around a moment or the playhead. */
export function zoomTimeline(factor: number, around?: number): void {
  const { looked, sight, playhead } = getClip();
  if (!looked) return;
  const whole = wholeOf(looked);
  const seen = sight ?? whole;
  const isSeen = playhead >= seen.from && playhead <= seen.to;
  const at = around ?? (isSeen ? playhead : (seen.from + seen.to) / 2);
  const made = zoomSight(seen, factor, at, whole, LEAST_FRAMES / toNumber(looked.nominalRate));
  setClip({ sight: made.to - made.from >= whole.to - whole.from - 1e-6 ? undefined : made });
}

/** The width of an element, CSS pixels. */
export function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observed = element.current;
    if (!observed) return;
    const observer = new ResizeObserver(() => setWidth(observed.clientWidth));
    observer.observe(observed, { box: 'device-pixel-content-box' });
    return () => observer.disconnect();
  }, []);
  return [element, width];
}

/** What is drawn has other colours or other pixels from now on: changes with theme, screen and size of text. */
export function useLooks(): string {
  return useSyncExternalStore(
    (changed) => {
      const queries = [
        matchMedia('(prefers-color-scheme: dark)'),
        matchMedia(`(resolution: ${devicePixelRatio}dppx)`),
      ];
      for (const query of queries) query.addEventListener('change', changed);
      return () => {
        for (const query of queries) query.removeEventListener('change', changed);
      };
    },
    () => `${matchMedia('(prefers-color-scheme: dark)').matches} ${devicePixelRatio}`,
  );
}
