import { useStudio } from '../app/store.ts';
import { ActionButton } from '../ui/ActionButton.tsx';
import { t } from '../ui/words.ts';

interface StartFootProps {
  /** Why nothing can be started now; empty: it can. */
  reasons: readonly string[];
  isPreviewing: boolean;
  /** What the primary button says. */
  start: string;
  /** What a start will take, where it is foreseen. */
  foreseen?: string | undefined;
}

/** An inspector's buttons, why they cannot be pressed, and what a start will take. */
export function StartFoot({ reasons, isPreviewing, start, foreseen }: StartFootProps) {
  const working = useStudio((state) => state.queue.working);
  const isLoading = useStudio(({ phase }) => phase === 'loading');
  const chosen = useStudio((state) => state.chosen.length);
  // Before all is read, what is missing says nothing.
  const shown = isLoading ? [] : reasons;
  return (
    <div className="foot">
      {shown.length > 0 && (
        <ul id="why-not" className="reasons" aria-label={t('restore.whyNot.title')}>
          {shown.map((reason) => (
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
          {start}
        </ActionButton>
      </div>
      {shown.length === 0 && foreseen !== undefined && <p className="faint numbers foot-time">{foreseen}</p>}
    </div>
  );
}
