import { type KeyboardEvent, memo, useEffect, useRef } from 'react';
import type { SourceView } from '../../contract/views.ts';
import { getState, setState, useStudio } from '../app/store.ts';
import { ActionButton } from '../ui/ActionButton.tsx';
import { Icon } from '../ui/Icon.tsx';
import { badgeOf } from './status.ts';

/** The open pictures in a row; one is on the canvas. */
export function FilmStrip() {
  const sources = useStudio((state) => state.sources);
  const selected = useStudio((state) => state.selected);
  return (
    <div className="strip">
      {sources.length === 0 ? (
        <p className="faint strip-empty">Pictures and results appear here.</p>
      ) : (
        <div
          className="strip-row"
          role="listbox"
          aria-label="Pictures"
          aria-orientation="horizontal"
          onKeyDown={move}
        >
          {sources.map((source) => (
            <Frame key={source.id} source={source} isSelected={source.id === selected} />
          ))}
        </div>
      )}
      <ActionButton action="sources.openFiles" className="button strip-add">
        Add…
      </ActionButton>
    </div>
  );
}

const Frame = memo(function Frame({ source, isSelected }: { source: SourceView; isSelected: boolean }) {
  const element = useRef<HTMLDivElement>(null);
  const fraction = useStudio(({ progress }) => progress[source.id]);
  const badge = badgeOf(source);
  useEffect(() => {
    if (isSelected) element.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isSelected]);
  const why = source.error ?? source.item?.error;
  const words = [source.name, badge?.word, why?.message].filter(Boolean).join(', ');
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the row
    <div
      ref={element}
      className="frame"
      role="option"
      aria-selected={isSelected}
      aria-label={words}
      title={why ? `${why.message} ${why.hint}` : source.name}
      tabIndex={isSelected ? 0 : -1}
      data-source={source.id}
      onClick={() => setState({ selected: source.id })}
    >
      {source.thumb ? (
        <img src={source.thumb} alt="" loading="lazy" decoding="async" draggable={false} />
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

/** Arrow keys, Home and End move the selection and the focus with it. */
function move(event: KeyboardEvent<HTMLDivElement>): void {
  const { sources, selected } = getState();
  const at = sources.findIndex(({ id }) => id === selected);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: sources.length - 1 }[event.key];
  const next = to === undefined ? undefined : sources[to];
  if (!next) return;
  event.preventDefault();
  setState({ selected: next.id });
  event.currentTarget.querySelector<HTMLElement>(`[data-source="${next.id}"]`)?.focus();
}
