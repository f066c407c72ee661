import { type KeyboardEvent, useEffect, useRef } from 'react';
import { showMade } from '../../app/generate-changes.ts';
import { getState, setState, useStudio } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { MadeTile } from './MadeTile.tsx';

/** The made pictures, the newest first: in a row, or in as many as there is room for. */
export function MadeList({ shape }: { shape: 'row' | 'grid' }) {
  const made = useStudio((state) => state.made);
  const shown = useStudio((state) => state.shownMade);
  const beside = useStudio((state) => state.besideMade);
  const list = useRef<HTMLDivElement>(null);
  const stop = made.some(({ id }) => id === shown) ? shown : made[0]?.id;
  useEffect(() => {
    if (shown !== undefined)
      tileOf(list.current, shown)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown]);
  return (
    <div
      ref={list}
      className={shape === 'row' ? 'made-row' : 'made-grid'}
      role="listbox"
      aria-label={t('generate.made.list')}
      aria-orientation={shape === 'row' ? 'horizontal' : undefined}
      aria-multiselectable="true"
      onKeyDown={(event) => press(event, shape)}
    >
      {made.map((each, at) => (
        <MadeTile
          key={each.id}
          made={each}
          position={at + 1}
          count={made.length}
          isShown={each.id === shown}
          isBeside={each.id === beside}
          isTabStop={each.id === stop}
        />
      ))}
    </div>
  );
}

/** Arrows, Home and End show another picture, in a grid up and down by rows; Space shows this one, Enter on the canvas. */
function press(event: KeyboardEvent<HTMLDivElement>, shape: 'row' | 'grid'): void {
  const { made, shownMade } = getState();
  const at = Math.max(
    0,
    made.findIndex(({ id }) => id === shownMade),
  );
  const list = event.currentTarget;
  const inRow = shape === 'grid' ? columnsOf(list) : 0;
  const to = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    Home: 0,
    End: made.length - 1,
    ...(inRow > 0 && { ArrowUp: at - inRow, ArrowDown: at + inRow }),
  }[event.key];
  const isHere = event.key === ' ' || event.key === 'Enter';
  const next = made[isHere ? at : (to ?? -1)];
  if (!next || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  showMade(next.id);
  if (event.key === 'Enter') {
    setState({ generateView: 'canvas' });
    return;
  }
  requestAnimationFrame(() => tileOf(list, next.id)?.focus({ preventScroll: true }));
}

/** How many tiles stand beside each other. */
function columnsOf(list: HTMLElement): number {
  const tops = [...list.children].map((child) => (child as HTMLElement).offsetTop);
  const inFirst = tops.findIndex((top) => top !== tops[0]);
  return inFirst < 0 ? tops.length : inFirst;
}

function tileOf(list: HTMLElement | null, id: string): HTMLElement | null {
  return list?.querySelector<HTMLElement>(`[data-made="${id}"]`) ?? null;
}
