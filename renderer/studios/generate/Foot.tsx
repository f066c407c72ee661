import { changeGenerate } from '../../app/generate-changes.ts';
import { useStudio } from '../../app/store.ts';
import { useOneStep } from '../../app/undo.ts';
import { WhyNot } from '../../inspector/WhyNot.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { t } from '../../ui/words.ts';
import { whyNotMake } from './reasons.ts';

/** How many pictures, the button that makes them, and why it cannot be pressed. */
export function Foot() {
  const generate = useStudio((state) => state.generate);
  const bundles = useStudio((state) => state.bundles);
  const models = useStudio((state) => state.models);
  const isLoading = useStudio(({ phase }) => phase === 'loading');
  const isWorking = useStudio(({ queue }) => queue.working);
  const oneStep = useOneStep();
  const { count } = generate;
  // Before all is read, what is missing says nothing.
  const reasons = isLoading ? [] : whyNotMake({ generate, bundles, models });
  return (
    <div className="foot">
      <WhyNot id="why-not" reasons={reasons} />
      <div className="row buttons">
        <label className="row count">
          <span className="dim">{t('generate.count')}</span>
          <input
            className="field"
            type="number"
            min={1}
            max={10_000}
            {...oneStep}
            value={Number.isNaN(count) ? '' : count}
            onChange={({ target }) => changeGenerate({ count: target.valueAsNumber })}
          />
        </label>
        {isWorking && <ActionButton action="queue.cancel">{t('app.cancel')}</ActionButton>}
      </div>
      <div className="row buttons">
        <ActionButton action="restore.all" className="button button-primary" describedBy="why-not">
          {t('generate.start', { count: Number.isInteger(count) ? count : 1 })}
        </ActionButton>
      </div>
    </div>
  );
}
