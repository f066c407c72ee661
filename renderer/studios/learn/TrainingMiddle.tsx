import type { TrainingView } from '../../../contract/learn-views.ts';
import { attempt, bridge } from '../../app/bridge.ts';
import { useStudio } from '../../app/store.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Bar } from '../../ui/Bar.tsx';
import { Why } from '../../ui/Why.tsx';
import { t, timeLeft } from '../../ui/words.ts';
import { LossLine } from './LossLine.tsx';
import { RemoveQuestion } from './RemoveQuestion.tsx';

/** A training: what it has learnt so far, its curve, and how far it is. */
export function TrainingMiddle({ training }: { training: TrainingView }) {
  const { id, kind, name, status, error } = training;
  const progress = useStudio((state) => state.training[id]);
  const isRemoving = useStudio((state) => state.isRemoving);
  const kindName = t(`learn.kinds.${kind}.name`);
  return (
    <div className="learn-middle">
      <div className="learn-head">
        <h2 className="cut-off">{name}</h2>
        <span className="faint">{kindName}</span>
      </div>
      <div className="learn-picture">
        {progress?.sketch ? (
          <>
            <img src={progress.sketch.url} alt={t('learn.sketch', { name })} draggable={false} />
            {kind === 'vae' && <p className="faint">{t('learn.sketchRows')}</p>}
          </>
        ) : (
          <p className="dim">{status === 'running' ? t('learn.sketchSoon') : t(`learn.status.${status}`)}</p>
        )}
      </div>
      {progress && progress.curve.length > 0 && <LossLine curve={progress.curve} />}
      <div className="learn-foot">
        {status === 'running' && (
          <Bar label={t('learn.progressOf', { name })} fraction={progress?.fraction ?? 0} />
        )}
        <div className="row learn-foot-row">
          <p className="numbers learn-how-far">{howFar(training, progress)}</p>
          <div className="row">
            {(status === 'running' || status === 'queued') && (
              <ActionButton action="learn.stop">{t('learn.stop')}</ActionButton>
            )}
            {(status === 'stopped' || status === 'failed') && (
              <ActionButton action="learn.goOn">{t('learn.goOn')}</ActionButton>
            )}
            {status === 'done' && training.written !== undefined && (
              <button
                type="button"
                className="button"
                onClick={() => void attempt(bridge.revealResult({ item: training.written! }))}
              >
                {t('jobs.reveal')}
              </button>
            )}
            {status !== 'running' && status !== 'queued' && (
              <ActionButton action="sources.removeSelected">
                {t(status === 'done' ? 'jobs.forget' : 'learn.throwAway')}
              </ActionButton>
            )}
          </div>
        </div>
        {status === 'stopped' && <p className="faint">{t('learn.kept')}</p>}
        {status === 'failed' && error && (
          <p role="alert">
            <Why error={error} />
          </p>
        )}
        {isRemoving && <RemoveQuestion words={t('learn.throwAwayAsk', { name })} />}
      </div>
    </div>
  );
}

/** "Step 420 · 3 min 20 s left" */
function howFar(
  { kind, status, done, total }: TrainingView,
  progress: { step: number; fraction: number; millisecondsLeft?: number | undefined } | undefined,
): string {
  return [
    t(`learn.status.${kind === 'denoise' && status === 'done' ? 'written' : status}`),
    ...(total > 1 ? [t('learn.pictures', { done, total })] : []),
    ...(progress && progress.step > 0 ? [t('learn.atStep', { step: progress.step })] : []),
    ...(progress?.millisecondsLeft !== undefined && status === 'running'
      ? [timeLeft(progress.millisecondsLeft)]
      : []),
  ].join(' · ');
}
