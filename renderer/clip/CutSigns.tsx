import { type KeyboardEvent, useState } from 'react';
import { useStudio } from '../app/store.ts';
import { Tip } from '../ui/Tip.tsx';
import { t } from '../ui/words.ts';
import { type Looked, setClip } from './clip-store.ts';
import { goToMoment, toggleCutAt } from './controls.ts';
import { cutsIn } from './derived.ts';
import { edgeSeconds } from './moments.ts';
import { stepIn } from './step.ts';
import { type Cut, type Sight, timecode, timeToX } from './timeline.ts';

/** Signs nearer than this to the one before are left out, CSS pixels: the lines over the strip show them still. */
const LEAST_GAP = 10;

/** Each kind has a shape of its own: a full diamond, one with a plus, and an empty one that is struck out. */
const SHAPES: Record<Cut['kind'], string> = {
  found: 'M6 1.5L10.5 6 6 10.5 1.5 6z',
  added: 'M6 .8L11.2 6 6 11.2.8 6zM6 3.8v4.4M3.8 6h4.4',
  removed: 'M6 1.5L10.5 6 6 10.5 1.5 6zM1.5 10.5l9-9',
};

interface CutSignsProps {
  looked: Looked;
  sight: Sight;
  /** CSS pixels. */
  width: number;
}

/** Where scenes begin: pressed, a sign goes there; Delete takes it away or brings it back. */
export function CutSigns({ looked, sight, width }: CutSignsProps) {
  const step = useStudio(stepIn);
  const [last, setLast] = useState<number>();
  const shown = inSight(cutsIn(looked, step), looked, sight, width);
  const stop = shown.some(({ frame }) => frame === last) ? last : shown[0]?.frame;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div className="cuts" role="group" aria-label={t('clipRoom.timeline.cuts')}>
      {shown.map(({ frame, kind, x }) => {
        const time = timecode(edgeSeconds(looked, frame), 2);
        const label = t(`clipRoom.timeline.cut.${kind}`, { time });
        const hint = kind === 'removed' ? t('clipRoom.timeline.bringBack') : t('clipRoom.timeline.takeAway');
        return (
          <Tip key={frame} text={`${label}. ${hint}.`}>
            <button
              type="button"
              className={`cut cut-${kind}`}
              aria-label={label}
              aria-description={hint}
              tabIndex={frame === stop ? 0 : -1}
              style={{ translate: `${x}px 0` }}
              onFocus={() => setLast(frame)}
              onPointerDown={(event) => event.stopPropagation()}
              onClick={() => {
                setClip({ isPlaying: false });
                goToMoment(edgeSeconds(looked, frame));
              }}
              onKeyDown={(event) => hear(event, frame)}
            >
              <svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">
                <path d={SHAPES[kind]} />
              </svg>
            </button>
          </Tip>
        );
      })}
    </div>
  );
}

function inSight(cuts: readonly Cut[], looked: Looked, sight: Sight, width: number) {
  let before = Number.NEGATIVE_INFINITY;
  return cuts
    .map((cut) => ({ ...cut, x: timeToX(sight, width, edgeSeconds(looked, cut.frame)) }))
    .filter(({ x }) => {
      if (x < 0 || x > width || x - before < LEAST_GAP) return false;
      before = x;
      return true;
    });
}

function hear(event: KeyboardEvent<HTMLElement>, frame: number): void {
  const { currentTarget, key } = event;
  if (key === 'Delete' || key === 'Backspace') toggleCutAt(frame);
  else if (key === 'ArrowLeft') (currentTarget.previousElementSibling as HTMLElement | null)?.focus();
  else if (key === 'ArrowRight') (currentTarget.nextElementSibling as HTMLElement | null)?.focus();
  else return;
  // Delete would take the clip off the list.
  event.preventDefault();
}
