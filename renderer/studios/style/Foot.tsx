import { useStudio } from '../../app/store.ts';
import { startable } from '../../inspector/startable.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { t } from '../../ui/words.ts';
import { whyNotStyle } from './reasons.ts';

/** The buttons, and why they cannot be pressed. */
export function Foot() {
  const sources = useStudio((state) => state.sources);
  const models = useStudio((state) => state.models);
  const style = useStudio((state) => state.style);
  const working = useStudio((state) => state.queue.working);
  const isPreviewing = useStudio((state) => state.preview !== undefined);
  const isLoading = useStudio(({ phase }) => phase === 'loading');
  const chosen = useStudio((state) => state.chosen.length);
  const count = startable(sources).length;
  const reasons = isLoading ? [] : whyNotStyle({ sources, models, style });
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
          {count === 0 ? t('style.start') : t('style.startCount', { count })}
        </ActionButton>
      </div>
    </div>
  );
}
