import { useStudio } from '../../app/store.ts';
import { useClip } from '../../clip/clip-store.ts';
import { startable } from '../../inspector/startable.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { duration, megabytes, t } from '../../ui/words.ts';
import { foreseenAll } from './estimate.ts';
import { whyNotClip } from './reasons.ts';

/** Less is not told apart. */
const LEAST_BYTES = 100_000;

/** The buttons, why they cannot be pressed, and what an export will take. */
export function Foot() {
  const sources = useStudio((state) => state.sources);
  const models = useStudio((state) => state.models);
  const clip = useStudio((state) => state.clip);
  const parts = useStudio((state) => state.parts);
  const working = useStudio((state) => state.queue.working);
  const isLoading = useStudio(({ phase }) => phase === 'loading');
  const chosen = useStudio((state) => state.chosen.length);
  const isPreviewing = useClip(({ preview }) => preview !== undefined);
  const ready = startable(sources);
  const count = ready.length;
  const foreseen = foreseenAll(ready, clip, parts, models);
  const reasons = isLoading ? [] : whyNotClip({ sources, models, clip });
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
          {count === 0 ? t('interpolate.start') : t('interpolate.startCount', { count })}
        </ActionButton>
      </div>
      {reasons.length === 0 && foreseen && (
        <p className="faint numbers foot-time">
          {[
            t('interpolate.frames', { count: foreseen.frames }),
            ...(foreseen.milliseconds === undefined
              ? []
              : [t('restore.about', { time: duration(foreseen.milliseconds) })]),
            t('interpolate.about', { size: megabytes(Math.max(LEAST_BYTES, foreseen.bytes)) }),
          ].join(' · ')}
        </p>
      )}
    </div>
  );
}
