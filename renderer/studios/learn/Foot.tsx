import { useStudio } from '../../app/store.ts';
import { WhyNot } from '../../inspector/WhyNot.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { t } from '../../ui/words.ts';
import { whyNotLearn } from './reasons.ts';

/** The button that begins, and why it cannot be pressed. */
export function Foot() {
  const learn = useStudio((state) => state.learn);
  const toLearn = useStudio((state) => state.toLearn);
  const toLearnCount = useStudio((state) => state.toLearnCount);
  const isLoading = useStudio(({ phase }) => phase === 'loading');
  const isWorking = useStudio(({ queue }) => queue.working);
  const reasons = isLoading ? [] : whyNotLearn({ learn, toLearn, toLearnCount });
  return (
    <div className="foot">
      <WhyNot id="why-not" reasons={reasons} />
      <div className="row buttons">
        <ActionButton action="restore.all" className="button button-primary" describedBy="why-not">
          {t('learn.start')}
        </ActionButton>
      </div>
      {isWorking && reasons.length === 0 && <p className="faint foot-time">{t('learn.waits')}</p>}
    </div>
  );
}
