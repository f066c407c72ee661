import { attempt, bridge } from '../../app/bridge.ts';
import { shownMade } from '../../app/generate-changes.ts';
import { useStudio } from '../../app/store.ts';
import { Bar } from '../../ui/Bar.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Why } from '../../ui/Why.tsx';
import { t, timeLeft } from '../../ui/words.ts';
import { nameOf } from './made-name.ts';

/** What is to be said of the made picture on the canvas: how far it is, or why it was not made. */
export function MadeState() {
  const made = useStudio(shownMade);
  const progress = useStudio(({ madeProgress, shownMade: id }) => (id ? madeProgress[id] : undefined));
  if (!made) return null;
  const name = nameOf(made);
  if (made.status === 'running') {
    const { fraction = 0, steps, millisecondsLeft } = progress ?? {};
    const words = [
      steps ? t('generate.made.steps', steps) : t('units.percent', { percent: Math.floor(fraction * 100) }),
      millisecondsLeft !== undefined && timeLeft(millisecondsLeft),
    ].filter((word) => typeof word === 'string');
    return (
      <div className="canvas-chip">
        <Bar label={t('generate.made.working', { name })} fraction={fraction} />
        <span className="numbers">{words.join(' · ')}</span>
        <button
          type="button"
          className="link"
          onClick={() => void attempt(bridge.cancelQueue({ job: made.job }))}
        >
          {t('app.cancel')}
        </button>
      </div>
    );
  }
  if (made.status === 'queued') return <div className="canvas-chip">{t('generate.made.waiting')}</div>;
  if (made.status === 'failed' && made.error)
    return (
      <div className="canvas-chip canvas-chip-bad" role="alert">
        <Icon name="fail" />
        <p>
          <strong>{t('generate.made.failed', { name })}</strong> <Why error={made.error} />
        </p>
        <button
          type="button"
          className="button"
          onClick={() => void attempt(bridge.retryQueue({ job: made.job }))}
        >
          {t('canvas.tryAgain')}
        </button>
      </div>
    );
  if (made.status === 'cancelled') return <div className="canvas-chip">{t('queue.status.cancelled')}</div>;
  return null;
}
