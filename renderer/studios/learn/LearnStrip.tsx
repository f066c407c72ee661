import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import type { LearntView, TrainingView } from '../../../contract/learn-views.ts';
import { openTrainings, show } from '../../app/learn-changes.ts';
import type { LearnShown } from '../../app/learn-state.ts';
import { useStudio } from '../../app/store.ts';
import { badgeOfItem } from '../../queue/status.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Tip } from '../../ui/Tip.tsx';
import { t } from '../../ui/words.ts';

/** Trainings, and what was learnt, in a row under the canvas. */
export function LearnStrip() {
  const all = useStudio((state) => state.trainings);
  const learnt = useStudio((state) => state.learnt);
  const shown = useStudio((state) => state.learnShown);
  const list = useRef<HTMLDivElement>(null);
  const trainings = openTrainings(all);
  const places: LearnShown[] = [
    ...trainings.map(({ id }) => ({ of: 'training' as const, id })),
    ...learnt.map(({ id }) => ({ of: 'learnt' as const, id })),
  ];
  const at = places.findIndex((place) => isSame(place, shown));
  const press = (event: KeyboardEvent) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: places.length - 1 }[event.key];
    const isHere = event.key === ' ' || event.key === 'Enter';
    const next = isHere ? Math.max(0, at) : (to ?? -1);
    const place = places[next];
    if (!place || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(place);
    requestAnimationFrame(() => list.current?.querySelectorAll<HTMLElement>('.made')[next]?.focus());
  };
  const tile = (place: LearnShown, position: number) => ({
    position,
    count: places.length,
    isShown: isSame(place, shown),
    isTabStop: position === Math.max(0, at),
    choose: () => show(place),
  });
  return (
    <div className="strip">
      {places.length === 0 ? (
        <p className="faint strip-empty">{t('queue.strip.empty.learn')}</p>
      ) : (
        <div
          ref={list}
          className="made-row"
          role="listbox"
          aria-label={t('queue.strip.list.learn')}
          aria-orientation="horizontal"
          tabIndex={-1}
          onKeyDown={press}
        >
          {trainings.map((training, index) => (
            <TrainingTile key={training.id} training={training} {...tile(places[index]!, index)} />
          ))}
          {learnt.map((thing, index) => (
            <ThingTile
              key={thing.id}
              thing={thing}
              {...tile(places[trainings.length + index]!, trainings.length + index)}
            />
          ))}
        </div>
      )}
      <div className="strip-end">
        <ActionButton action="learn.new">{t('learn.newShort')}</ActionButton>
      </div>
    </div>
  );
}

function isSame(a: LearnShown, b: LearnShown): boolean {
  return a.of === b.of && a.of !== 'new' && b.of !== 'new' && a.id === b.id;
}

interface TileProps {
  position: number;
  count: number;
  isShown: boolean;
  isTabStop: boolean;
  choose(): void;
}

function Tile(
  props: TileProps & { name: string; words: string; image: string | undefined; children?: ReactNode },
) {
  const { name, words, image, position, count, isShown, isTabStop, choose, children } = props;
  return (
    <Tip text={words}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the list */}
      <div
        className="made learn-tile"
        role="option"
        aria-selected={isShown}
        aria-current={isShown}
        aria-label={words}
        aria-posinset={position + 1}
        aria-setsize={count}
        tabIndex={isTabStop ? 0 : -1}
        onClick={choose}
      >
        {image !== undefined && <img src={image} alt="" decoding="async" draggable={false} />}
        <span className={image === undefined ? 'frame-name' : 'learn-tile-name'}>{name}</span>
        {children}
      </div>
    </Tip>
  );
}

const STATUS = {
  queued: 'queued',
  running: 'running',
  stopped: 'cancelled',
  failed: 'failed',
  done: 'done',
} as const;

function TrainingTile({ training, ...props }: TileProps & { training: TrainingView }) {
  const { id, name, kind, status } = training;
  const progress = useStudio((state) => state.training[id]);
  const badge = badgeOfItem(STATUS[status]);
  const words = [name, t(`learn.kinds.${kind}.name`), t(`learn.status.${status}`)].join(', ');
  return (
    <Tile {...props} name={name} words={words} image={progress?.sketch?.url}>
      {status === 'running' ? (
        <span className="frame-bar" aria-hidden="true">
          <span style={{ transform: `scaleX(${progress?.fraction ?? 0})` }} />
        </span>
      ) : (
        <span className={`badge badge-${badge.tone}`} aria-hidden="true">
          <Icon name={badge.icon} />
        </span>
      )}
    </Tile>
  );
}

function ThingTile({ thing: { name, kind, cover }, ...props }: TileProps & { thing: LearntView }) {
  const words = [name, t(`learn.kinds.${kind}.name`), t('learn.status.done')].join(', ');
  return <Tile {...props} name={name} words={words} image={cover?.url} />;
}
