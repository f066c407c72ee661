import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { getState, setState, useStudio } from '../app/store.ts';
import { ActionButton } from '../ui/ActionButton.tsx';
import { t } from '../ui/words.ts';
import { Frame } from './Frame.tsx';
import { type StripPlace, scrolledTo, windowOf } from './window-of.ts';

/** The open pictures in a row; one is on the canvas. */
export function FilmStrip() {
  const isEmpty = useStudio(({ sources }) => sources.length === 0);
  return (
    <div className="strip">
      {isEmpty ? <p className="faint strip-empty">{t('queue.strip.empty')}</p> : <Row />}
      <ActionButton action="sources.openFiles" className="button strip-add">
        {t('queue.strip.add')}
      </ActionButton>
    </div>
  );
}

/** Only the frames in sight are there, and the selected one, which holds the strip's place in the tab order. */
function Row() {
  const sources = useStudio((state) => state.sources);
  const selected = useStudio((state) => state.selected);
  const row = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<StripPlace>({ left: 0, width: 1200, pitch: 112 });
  const at = sources.findIndex(({ id }) => id === selected);

  useLayoutEffect(() => {
    const element = row.current;
    if (!element) return;
    const look = () => {
      const pitch = Number.parseFloat(getComputedStyle(element).getPropertyValue('--pitch')) || 112;
      setPlace({ left: element.scrollLeft, width: element.clientWidth, pitch });
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new selection scrolls, not the scrolling itself
  useEffect(() => {
    if (at >= 0) row.current?.scrollTo({ left: scrolledTo(at, place) });
  }, [at, place.pitch]);

  const { from, to } = windowOf(sources.length, place);
  const shown = sources.map((source, index) => ({ source, index })).slice(from, to);
  if (at >= 0 && (at < from || at >= to)) shown.push({ source: sources[at]!, index: at });
  return (
    <div
      ref={row}
      className="strip-row"
      role="listbox"
      aria-label={t('queue.strip.list')}
      aria-orientation="horizontal"
      onKeyDown={move}
    >
      <div className="strip-track" style={{ width: sources.length * place.pitch }}>
        {shown.map(({ source, index }) => (
          <Frame
            key={source.id}
            source={source}
            left={index * place.pitch}
            position={index + 1}
            count={sources.length}
            isSelected={index === at}
          />
        ))}
      </div>
    </div>
  );
}

/** Arrow keys, Home and End move the selection and the focus with it. */
function move(event: KeyboardEvent<HTMLDivElement>): void {
  const { sources, selected } = getState();
  const at = sources.findIndex(({ id }) => id === selected);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: sources.length - 1 }[event.key];
  const next = to === undefined ? undefined : sources[to];
  if (!next) return;
  event.preventDefault();
  const row = event.currentTarget;
  setState({ selected: next.id });
  // The frame may have to be made first.
  requestAnimationFrame(() =>
    row.querySelector<HTMLElement>(`[data-source="${next.id}"]`)?.focus({ preventScroll: true }),
  );
}
