import { useStudio } from '../../app/store.ts';
import { startable } from '../../inspector/startable.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { duration, t } from '../../ui/words.ts';
import { foreseen } from './estimate.ts';
import { whyNot } from './reasons.ts';

/** The two buttons, and beside them why they cannot be pressed. */
export function Foot() {
  const sources = useStudio((state) => state.sources);
  const models = useStudio((state) => state.models);
  const settings = useStudio((state) => state.settings);
  const working = useStudio((state) => state.queue.working);
  const isPreviewing = useStudio((state) => state.preview !== undefined);
  const isLoading = useStudio(({ phase }) => phase === 'loading');
  const ready = startable(sources);
  const count = ready.length;
  const chosen = useStudio((state) => state.chosen.length);
  const time = foreseen(ready, models, settings);
  const reasons = isLoading ? [] : whyNot({ sources, models, settings });
  return (
    <div className="foot">
      {reasons.length > 0 && (
        <ul id="why-not" className="reasons" aria-label={t('restore.whyNot.title')}>
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <div className="row buttons">
        <ActionButton action="view.preview" isPressed={isPreviewing} />
        {working ? (
          <ActionButton action="queue.cancel">{t('app.cancel')}</ActionButton>
        ) : (
          <ActionButton action="restore.selected">
            {t('restore.onlyThese', { count: Math.max(1, chosen) })}
          </ActionButton>
        )}
      </div>
      <div className="row buttons">
        <ActionButton action="restore.all" className="button button-primary" describedBy="why-not">
          {count === 0 ? t('restore.start') : t('restore.startCount', { count })}
        </ActionButton>
      </div>
      {reasons.length === 0 && time !== undefined && (
        <p className="faint numbers foot-time">{t('restore.about', { time: duration(time) })}</p>
      )}
    </div>
  );
}
