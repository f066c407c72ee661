import { ActionButton } from '../ui/ActionButton.tsx';
import { Bar } from '../ui/Bar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { WhatHappened, Why } from '../ui/Why.tsx';
import { t, tenths } from '../ui/words.ts';
import { attempt, bridge } from './bridge.ts';
import { selectedSource, useStudio } from './store.ts';

/** What is to be said of the picture on the canvas: being read, being restored, or why it could not be. */
export function CanvasState() {
  const source = useStudio(selectedSource);
  const fraction = useStudio(({ progress, selected }) => (selected ? progress[selected] : undefined));
  const preview = useStudio((state) => state.preview);
  const pace = useStudio(({ frames, selected }) => (selected ? frames[selected]?.perSecond : undefined));
  // A clip that is ready is shown; a picture, once the canvas has it.
  const isShown = useStudio(({ studio, zoom }) => zoom > 0 || studio === 'interpolate');
  if (!source) return null;
  const { name, state, item, error } = source;
  if (state === 'reading') return <p className="canvas-message dim">{t('canvas.reading', { name })}</p>;
  if (state === 'unreadable' && error)
    return (
      <div className="canvas-message" role="alert">
        <h2>{t('canvas.unreadable', { name })}</h2>
        <p>
          <WhatHappened error={error} />
        </p>
        <p className="dim" lang="en">
          {error.hint}
        </p>
        <ActionButton action="sources.removeSelected" />
      </div>
    );
  if (preview)
    return preview.isWorking ? (
      <div className="canvas-chip">
        <Bar label={t('preview.bar')} fraction={preview.fraction} />
        <span>{t('preview.working', { percent: Math.floor(preview.fraction * 100) })}</span>
        <ActionButton action="view.preview" className="link">
          {t('preview.close')}
        </ActionButton>
      </div>
    ) : null;
  if (item?.status === 'running') {
    const percent = Math.floor((fraction ?? 0) * 100);
    return (
      <div className="canvas-chip">
        <Bar label={t(`canvas.working.${source.studio}`, { name })} fraction={fraction ?? 0} />
        <span className="numbers">
          {t(`canvas.progress.${source.studio}`, { percent })}
          {pace !== undefined && ` · ${t('canvas.pace', { pace: tenths(pace) })}`}
        </span>
      </div>
    );
  }
  if (item?.status === 'queued') return <div className="canvas-chip">{t('canvas.waiting')}</div>;
  if (item?.status === 'failed' && item.error)
    return (
      <div className={isShown ? 'canvas-chip canvas-chip-bad' : 'canvas-message'} role="alert">
        {isShown ? <Icon name="fail" /> : <h2>{t(`canvas.failed.${source.studio}`, { name })}</h2>}
        <p>
          <Why error={item.error} />
        </p>
        <button
          type="button"
          className="button"
          onClick={() => void attempt(bridge.retryQueue({ job: item.job }))}
        >
          {t('canvas.tryAgain')}
        </button>
      </div>
    );
  return null;
}
