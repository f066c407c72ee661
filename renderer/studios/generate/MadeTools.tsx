import { shownMade } from '../../app/generate-changes.ts';
import { ResultTools } from '../../app/ResultTools.tsx';
import { useStudio } from '../../app/store.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { t } from '../../ui/words.ts';
import { isWalk } from './made-name.ts';

/** What can be done with the made picture on the canvas. */
export function MadeTools() {
  const made = useStudio(shownMade);
  if (!made) return null;
  const isClip = isWalk(made.step);
  const isOne = !isClip && !(made.step.kind === 'latent' && made.step.sheet);
  const isThere = made.status === 'done' || made.status === 'skipped';
  return (
    <div className="canvas-tools" role="toolbar" aria-label={t('generate.made.tools')}>
      {isThere && isClip && (
        <ActionButton action="made.play" className="tool">
          {t('generate.made.play')}
        </ActionButton>
      )}
      {isOne && (
        <ActionButton action="made.more" className="tool">
          {t('generate.made.more')}
        </ActionButton>
      )}
      <ActionButton action="made.settings" className="tool">
        {t('generate.made.settings')}
      </ActionButton>
      {isThere && !isClip && (
        <>
          <ActionButton action="made.begin" className="tool">
            {t('generate.made.begin')}
          </ActionButton>
          <ActionButton action="made.restore" className="tool">
            {t('generate.made.restore')}
          </ActionButton>
          <ActionButton action="made.style" className="tool">
            {t('generate.made.style')}
          </ActionButton>
          <ActionButton action="made.compare" className="tool">
            {t('generate.made.compareTwo')}
          </ActionButton>
        </>
      )}
      {isThere && (
        <>
          <span className="tool-line" />
          <ResultTools />
        </>
      )}
      <ActionButton
        action="sources.removeSelected"
        className="tool tool-icon"
        label={t('actions.sources.removeSelected')}
      >
        <Icon name="stop" />
      </ActionButton>
    </div>
  );
}
