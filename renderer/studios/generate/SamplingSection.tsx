import { SAMPLERS, type Sampler, type SamplerSpacing, spacingsOf } from '../../../contract/samplers.ts';
import { changeGenerate, changeWords, shownMade } from '../../app/generate-changes.ts';
import { selectedSource, useStudio } from '../../app/store.ts';
import { Check } from '../../ui/Check.tsx';
import { Pick } from '../../ui/Pick.tsx';
import { t } from '../../ui/words.ts';
import { SeedRow } from './SeedRow.tsx';
import { SizeFields } from './SizeFields.tsx';
import { Slid } from './Slid.tsx';
import { SAMPLER_NAMES } from './sampler-names.ts';
import { usualSizes } from './usual-sizes.ts';

const USUAL_SIZE = 512;

/** Size, steps, sampler, guidance and seed. */
export function SamplingSection() {
  const { width, height, steps, sampler, guidance, seed, model } = useStudio(
    ({ generate }) => generate.diffusion,
  );
  const isSeedFixed = useStudio(({ generate }) => generate.isSeedFixed);
  const native = useStudio(({ bundles }) => bundles.find(({ id }) => id === model)?.nativeSize ?? USUAL_SIZE);
  const hasBegun = useStudio((state) => selectedSource(state) !== undefined);
  const shown = useStudio((state) => shownMade(state)?.seed);
  const [name = 'euler', spacing = ''] = sampler.split(':') as [Sampler?, SamplerSpacing?];
  return (
    <section className="section" aria-labelledby="sampling">
      <h2 id="sampling">{t('generate.sampling')}</h2>
      {hasBegun ? (
        <p className="faint note">{t('generate.sizeOfPicture')}</p>
      ) : (
        <SizeFields
          {...{ width, height, sizes: usualSizes(native), step: 8, min: 64, max: 8192 }}
          onChange={changeWords}
        />
      )}
      <Slid
        label={t('generate.steps')}
        value={steps}
        {...{ min: 1, max: 100, step: 1 }}
        onChange={(value) => changeWords({ steps: value })}
      />
      <Slid
        label={t('generate.guidance')}
        value={guidance}
        {...{ min: 0, max: 20, step: 0.5 }}
        onChange={(value) => changeWords({ guidance: value })}
      />
      <div className="row fields">
        <Pick
          label={t('generate.sampler')}
          value={name}
          options={SAMPLERS.map((value) => ({ value, text: SAMPLER_NAMES[value] }))}
          onChange={(next) => changeWords({ sampler: samplerOf(next, spacing) })}
        />
        <Pick
          label={t('generate.spacing')}
          value={spacing}
          options={[
            { value: '', text: t('generate.spacings.usual') },
            ...spacingsOf(name).map((value) => ({ value, text: t(`generate.spacings.${value}`) })),
          ]}
          onChange={(next) => changeWords({ sampler: samplerOf(name, next) })}
        />
      </div>
      <SeedRow seed={seed} isOff={!isSeedFixed} onChange={(next) => changeWords({ seed: next })} />
      <div className="row">
        <Check isOn={isSeedFixed} onChange={(isOn) => changeGenerate({ isSeedFixed: isOn })}>
          {t('generate.seedFixed')}
        </Check>
        {shown !== undefined && (
          <button
            type="button"
            className="link"
            onClick={() => {
              changeWords({ seed: shown });
              changeGenerate({ isSeedFixed: true });
            }}
          >
            {t('generate.seedOfShown')}
          </button>
        )}
      </div>
    </section>
  );
}

/** A spacing that the sampler cannot follow is left out. */
function samplerOf(name: Sampler, spacing: string): string {
  return spacingsOf(name).some((each) => each === spacing) ? `${name}:${spacing}` : name;
}
