import { changeSettings, useStudio } from '../../app/store.ts';
import { StepSlider } from '../../inspector/StepSlider.tsx';
import { t } from '../../ui/words.ts';

export function StrengthSection() {
  const strength = useStudio(({ settings }) => settings.strength);
  const percent = Math.round(strength * 100);
  const meaning = percent === 0 ? 'none' : percent === 100 ? 'full' : 'mixed';
  return (
    <section className="section" aria-labelledby="strength">
      <div className="row">
        <h2 id="strength">{t('restore.strength')}</h2>
        <span className="dim numbers">{t('units.percent', { percent })}</span>
      </div>
      <StepSlider
        label={t('restore.strength')}
        text={t(`restore.strengthOf.${meaning}`, { percent })}
        value={percent}
        {...{ min: 0, max: 100, step: 1 }}
        onChange={(value) => changeSettings({ strength: value / 100 })}
      />
    </section>
  );
}
