import { LONGEST_WAY, WALK_CLIPS } from '../../../contract/generate-settings.ts';
import { walkFrames } from '../../../contract/latent-step.ts';
import { changeLatentMore } from '../../app/generate-changes.ts';
import { useStudio } from '../../app/store.ts';
import { useOneStep } from '../../app/undo.ts';
import { WhyNot } from '../../inspector/WhyNot.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Check } from '../../ui/Check.tsx';
import { Pick } from '../../ui/Pick.tsx';
import { seconds, t } from '../../ui/words.ts';
import { routeOf, walkIn } from './pins.ts';
import { whyNotWalk } from './reasons.ts';

/** A clip of the way from pin to pin, or from seed to seed. */
export function WalkSection() {
  const generate = useStudio((state) => state.generate);
  const models = useStudio((state) => state.models);
  const oneStep = useOneStep();
  const { secondsEach, loops, clip } = generate.latentMore;
  const reasons = whyNotWalk({ generate, models });
  return (
    <section className="section" aria-labelledby="walk">
      <h2 id="walk">{t('generate.latent.walk')}</h2>
      <RouteText />
      <div className="row fields">
        <label className="named-field">
          <span className="dim">{t('generate.latent.secondsEach')}</span>
          <input
            className="field"
            type="number"
            min={0.1}
            max={LONGEST_WAY}
            step={0.5}
            {...oneStep}
            value={Number.isNaN(secondsEach) ? '' : secondsEach}
            onChange={({ target }) => changeLatentMore({ secondsEach: target.valueAsNumber })}
          />
        </label>
        <div className="named-field">
          <span className="dim">{t('generate.latent.clip')}</span>
          <Pick
            label={t('generate.latent.clip')}
            value={clip}
            options={WALK_CLIPS.map((value) => ({ value, text: t(`generate.latent.clips.${value}`) }))}
            onChange={(value) => changeLatentMore({ clip: value })}
          />
        </div>
      </div>
      <Check isOn={loops} onChange={(isOn) => changeLatentMore({ loops: isOn })}>
        {t('generate.latent.loops')}
      </Check>
      <WhyNot id="why-no-walk" reasons={reasons} />
      <div className="row buttons">
        <ActionButton action="latent.walk" describedBy="why-no-walk">
          {t('generate.latent.makeWalk')}
        </ActionButton>
        {reasons.length === 0 && <LengthText />}
      </div>
    </section>
  );
}

/** What it passes. */
function RouteText() {
  const latent = useStudio(({ generate }) => generate.latent);
  const count = routeOf(latent).length;
  const { length } = latent.pins ?? [];
  if (count < 2) return null;
  const text =
    length === 1
      ? t('generate.latent.toPin')
      : t(`generate.latent.through.${length > 1 ? 'pins' : 'seeds'}`, { count });
  return <p className="faint note">{text}</p>;
}

function LengthText() {
  const generate = useStudio((state) => state.generate);
  const walk = walkIn(generate);
  return (
    <span className="dim numbers">
      {t('generate.latent.lasts', { time: seconds(1000 * Number(walk.seconds)), frames: walkFrames(walk) })}
    </span>
  );
}
