import { memo } from 'react';
import type { SourceView } from '../../contract/views.ts';
import { setState, useStudio } from '../app/store.ts';
import { Icon } from '../ui/Icon.tsx';
import { useLanguage, whatHappened } from '../ui/words.ts';
import { badgeOf } from './status.ts';

interface FrameProps {
  source: SourceView;
  /** Where it stands in the strip, CSS pixels. */
  left: number;
  position: number;
  count: number;
  isSelected: boolean;
}

/** One picture of the strip, with a sign for how it stands. */
export const Frame = memo(function Frame({ source, left, position, count, isSelected }: FrameProps) {
  const fraction = useStudio(({ progress }) => progress[source.id]);
  useLanguage();
  const badge = badgeOf(source);
  const why = source.error ?? source.item?.error;
  const words = [source.name, badge?.word, why && whatHappened(why)].filter(Boolean).join(', ');
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the row
    <div
      className="frame"
      role="option"
      aria-selected={isSelected}
      aria-label={words}
      aria-posinset={position}
      aria-setsize={count}
      title={why ? `${whatHappened(why)} ${why.hint}` : source.name}
      tabIndex={isSelected ? 0 : -1}
      data-source={source.id}
      style={{ left }}
      onClick={() => setState({ selected: source.id })}
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
  );
});
