import { type MouseEvent, memo } from 'react';
import type { SourceView } from '../../contract/views.ts';
import { getState, idsOf, select, setState, useStudio } from '../app/store.ts';
import { Icon } from '../ui/Icon.tsx';
import { Tip } from '../ui/Tip.tsx';
import { Why } from '../ui/Why.tsx';
import { t, useLanguage, whatHappened } from '../ui/words.ts';
import { chooseRange, toggle } from './choose-frames.ts';
import { badgeOf } from './status.ts';

interface FrameProps {
  source: SourceView;
  /** Where it stands in the strip, CSS pixels. */
  left: number;
  position: number;
  count: number;
  isChosen: boolean;
  /** On the canvas. */
  isShown: boolean;
  /** Tab comes to it. */
  isTabStop: boolean;
}

/** One picture of the strip, with a sign for how it stands. */
export const Frame = memo(function Frame(props: FrameProps) {
  const { source, left, position, count, isChosen, isShown, isTabStop } = props;
  const fraction = useStudio(({ progress }) => progress[source.id]);
  useLanguage();
  const badge = badgeOf(source);
  const why = source.error ?? source.item?.error;
  const words = [source.name, badge?.word, why && whatHappened(why)].filter(Boolean).join(', ');
  return (
    <Tip text={<FrameTip source={source} fraction={fraction} />}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the row */}
      <div
        className="frame"
        role="option"
        aria-selected={isChosen}
        aria-current={isShown}
        aria-label={words}
        aria-posinset={position}
        aria-setsize={count}
        tabIndex={isTabStop ? 0 : -1}
        data-source={source.id}
        style={{ left }}
        onClick={(event) => press(event, source.id)}
      >
        {source.thumb ? (
          <img src={source.thumb} alt="" decoding="async" draggable={false} />
        ) : (
          <span className="frame-name faint">{source.name}</span>
        )}
        {badge && (
          <span className={`badge badge-${badge.tone}`} aria-hidden="true">
            <Icon name={badge.icon} />
          </span>
        )}
        {source.item?.status === 'running' && (
          <span className="frame-bar" aria-hidden="true">
            <span style={{ transform: `scaleX(${fraction ?? 0})` }} />
          </span>
        )}
      </div>
    </Tip>
  );
});

/** Name, size, how it stands, and where it failed why and what to do. */
function FrameTip({ source, fraction }: { source: SourceView; fraction: number | undefined }) {
  const { name, width, height } = source;
  const why = source.error ?? (source.item?.status === 'failed' ? source.item.error : undefined);
  const badge = badgeOf(source);
  const facts = [
    width && height && t('queue.strip.pixels', { width, height }),
    badge && source.item?.status === 'running'
      ? t('queue.strip.part', { state: badge.word, percent: Math.floor((fraction ?? 0) * 100) })
      : badge?.word,
  ].filter(Boolean);
  return (
    <span className="frame-tip">
      <strong>{name}</strong>
      {facts.length > 0 && <span className="dim numbers">{facts.join(' · ')}</span>}
      {why && (
        <span>
          <Why error={why} />
        </span>
      )}
    </span>
  );
}

/** With Ctrl or Cmd one more, with Shift all up to it. */
function press({ shiftKey, ctrlKey, metaKey }: MouseEvent, id: string): void {
  const state = getState();
  const ids = idsOf(state.sources);
  if (shiftKey) setState(chooseRange(state, ids, id));
  else if (ctrlKey || metaKey) setState(toggle(state, ids, id));
  else select(id);
}
