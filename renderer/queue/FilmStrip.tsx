import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { SORTS } from '../../contract/sort.ts';
import { getState, idsOf, select, setState, sortSources, useStudio } from '../app/store.ts';
import { ActionButton } from '../ui/ActionButton.tsx';
import { Pick } from '../ui/Pick.tsx';
import { t } from '../ui/words.ts';
import { type Choice, chooseRange, toggle } from './choose-frames.ts';
import { Frame } from './Frame.tsx';
import { type StripPlace, scrolledTo, windowOf } from './window-of.ts';

/** The open pictures in a row; one is on the canvas. */
export function FilmStrip() {
  const isEmpty = useStudio(({ sources }) => sources.length === 0);
  const studio = useStudio((state) => state.studio);
  return (
    <div className="strip">
      {isEmpty ? <p className="faint strip-empty">{t(`queue.strip.empty.${studio}`)}</p> : <Row />}
      <div className="strip-end">
        <ActionButton action="sources.openFiles" className="button strip-add">
          {t('queue.strip.add')}
        </ActionButton>
        {!isEmpty && <SortPick />}
      </div>
    </div>
  );
}

function SortPick() {
  const sort = useStudio((state) => state.sort);
  const studio = useStudio((state) => state.studio);
  return (
    <Pick
      label={t(`queue.strip.sort.${studio}`)}
      value={sort}
      options={SORTS.map((value) => ({ value, text: t(`queue.strip.by.${value}`) }))}
      onChange={sortSources}
    />
  );
}

/** Only the frames in sight are there, and the one which holds the strip's place in the tab order. */
function Row() {
  const sources = useStudio((state) => state.sources);
  const selected = useStudio((state) => state.selected);
  const chosen = useStudio((state) => state.chosen);
  const stop = useStudio(tabStop);
  const studio = useStudio((state) => state.studio);
  const meant = useMemo(() => new Set(chosen), [chosen]);
  const holdsFocus = useRef(false);
  const row = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<StripPlace>({ left: 0, width: 1200, pitch: 112 });
  const at = sources.findIndex(({ id }) => id === stop);

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

  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new place scrolls, not the scrolling itself
  useEffect(() => {
    if (at >= 0) row.current?.scrollTo({ left: scrolledTo(at, place) });
  }, [at, place.pitch]);

  // A frame that was taken off the list takes the focus with it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: looks again when another one is in its place
  useEffect(() => {
    if (holdsFocus.current && document.activeElement === document.body) focusFrame(row.current, stop);
  }, [stop, sources.length]);

  const { from, to } = windowOf(sources.length, place);
  const shown = sources.map((source, index) => ({ source, index })).slice(from, to);
  if (at >= 0 && (at < from || at >= to)) shown.push({ source: sources[at]!, index: at });
  return (
    <div
      ref={row}
      className="strip-row"
      role="listbox"
      aria-label={t(`queue.strip.list.${studio}`)}
      aria-orientation="horizontal"
      aria-multiselectable="true"
      onKeyDown={press}
      onFocus={() => {
        holdsFocus.current = true;
      }}
      onBlur={() => {
        holdsFocus.current = false;
      }}
    >
      <div className="strip-track" style={{ width: sources.length * place.pitch }}>
        {shown.map(({ source, index }) => (
          <Frame
            key={source.id}
            source={source}
            left={index * place.pitch}
            position={index + 1}
            count={sources.length}
            isChosen={meant.has(source.id)}
            isShown={source.id === selected}
            isTabStop={index === at}
          />
        ))}
      </div>
    </div>
  );
}

/** Arrows, Home and End move the choice, with Shift its end, with Ctrl or Cmd the focus alone; Space chooses one more. */
function press(event: KeyboardEvent<HTMLDivElement>): void {
  const state = getState();
  const ids = idsOf(state.sources);
  const stop = tabStop(state);
  if (stop === undefined) return;
  const at = ids.indexOf(stop);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: ids.length - 1 }[event.key];
  const next = to === undefined ? undefined : ids[to];
  if (next !== undefined) {
    if (event.shiftKey) setState(chooseRange(state, ids, next));
    else if (event.ctrlKey || event.metaKey) setState({ focused: next });
    else select(next);
    focusFrame(event.currentTarget, next);
  } else if (event.key === ' ') setState(toggle(state, ids, stop));
  else if (event.key === 'Escape' && state.chosen.length > 1 && state.selected !== undefined) {
    select(state.selected);
    focusFrame(event.currentTarget, state.selected);
  } else return;
  event.preventDefault();
}

/** The frame that Tab comes to. */
function tabStop({ focused, selected }: Choice): string | undefined {
  return focused ?? selected;
}

/** A frame later: it may have to be made first. */
function focusFrame(row: HTMLElement | null, id: string | undefined): void {
  requestAnimationFrame(() =>
    row?.querySelector<HTMLElement>(`[data-source="${id}"]`)?.focus({ preventScroll: true }),
  );
}
