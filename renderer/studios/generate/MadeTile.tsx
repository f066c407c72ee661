import { memo } from 'react';
import type { MadeView } from '../../../contract/made.ts';
import { showMade } from '../../app/generate-changes.ts';
import { getState, setState, useStudio } from '../../app/store.ts';
import { badgeOfItem } from '../../queue/status.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Tip } from '../../ui/Tip.tsx';
import { Why } from '../../ui/Why.tsx';
import { seconds, t, useLanguage, whatHappened } from '../../ui/words.ts';
import { isWalk, nameOf } from './made-name.ts';

interface MadeTileProps {
  made: MadeView;
  position: number;
  count: number;
  /** On the canvas. */
  isShown: boolean;
  /** Compared with the one on the canvas. */
  isBeside: boolean;
  /** Tab comes to it. */
  isTabStop: boolean;
}

/** A made picture: what it is, or is like so far, and how it stands. */
export const MadeTile = memo(function MadeTile(props: MadeTileProps) {
  const { made, position, count, isShown, isBeside, isTabStop } = props;
  const progress = useStudio(({ madeProgress }) => madeProgress[made.id]);
  useLanguage();
  const isDone = made.status === 'done' || made.status === 'skipped';
  const badge = isDone ? undefined : badgeOfItem(made.status);
  const image = made.thumb ?? progress?.sketch?.url;
  const name = nameOf(made);
  const words = [name, badge?.word, made.error && whatHappened(made.error)].filter(Boolean).join(', ');
  return (
    <Tip text={<TileTip made={made} name={name} word={badge?.word} />}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the list */}
      <div
        className="made"
        role="option"
        aria-selected={isShown || isBeside}
        aria-current={isShown}
        aria-label={words}
        aria-posinset={position}
        aria-setsize={count}
        tabIndex={isTabStop ? 0 : -1}
        data-made={made.id}
        onDoubleClick={() => setState({ generateView: 'canvas' })}
        onClick={({ ctrlKey, metaKey, shiftKey }) =>
          ctrlKey || metaKey || shiftKey ? compareWith(made) : showMade(made.id)
        }
      >
        {image ? (
          <img src={image} alt="" decoding="async" draggable={false} />
        ) : (
          <span className="frame-name faint">{name}</span>
        )}
        {isWalk(made.step) && isDone && (
          <span className="made-clip numbers" aria-hidden="true">
            <Icon name="play" />
            {made.lasts !== undefined && seconds(1000 * made.lasts)}
          </span>
        )}
        {badge && made.status !== 'running' && (
          <span className={`badge badge-${badge.tone}`} aria-hidden="true">
            <Icon name={badge.icon} />
          </span>
        )}
        {made.status === 'running' && (
          <span className="frame-bar" aria-hidden="true">
            <span style={{ transform: `scaleX(${progress?.fraction ?? 0})` }} />
          </span>
        )}
      </div>
    </Tip>
  );
});

/** Shows it beside the one on the canvas, or no more. */
function compareWith({ id, status }: MadeView): void {
  const { shownMade, besideMade } = getState();
  if (shownMade === undefined || shownMade === id || status !== 'done') showMade(id);
  else setState({ besideMade: besideMade === id ? undefined : id, generateView: 'canvas' });
}

function TileTip({ made, name, word }: { made: MadeView; name: string; word: string | undefined }) {
  const { width, height, step, error } = made;
  // How large those of a latent space get, their network knows.
  const asked = step.kind === 'latent' ? undefined : { width: step.width, height: step.height };
  const size = width !== undefined && height !== undefined ? { width, height } : asked;
  return (
    <span className="frame-tip">
      <strong>{name}</strong>
      <span className="dim numbers">
        {[size && t('queue.strip.pixels', size), word].filter((each) => each !== undefined).join(' · ')}
      </span>
      {error && (
        <span>
          <Why error={error} />
        </span>
      )}
    </span>
  );
}
