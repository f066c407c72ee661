import { attempt, bridge } from '../../app/bridge.ts';
import { useStudio } from '../../app/store.ts';
import { Bar } from '../../ui/Bar.tsx';
import { Pick } from '../../ui/Pick.tsx';
import { megabytes, t } from '../../ui/words.ts';
import { chooseBundle } from './bundles.ts';
import { HowToBegin } from './HowToBegin.tsx';
import { ImportButtons } from './ImportButtons.tsx';

/** The diffusion models that are there; without one, what to get and where to put it. */
export function ModelSection() {
  const bundles = useStudio((state) => state.bundles);
  const importing = useStudio((state) => state.importingBundle);
  const model = useStudio(({ generate }) => generate.diffusion.model);
  const isReady = useStudio(({ phase }) => phase === 'ready');
  const chosen = bundles.find(({ id }) => id === model);
  return (
    <section className="section" aria-labelledby="model">
      <h2 id="model">{t('generate.model')}</h2>
      {isReady && bundles.length === 0 && !importing && <NoModel />}
      {bundles.length > 0 && (
        <Pick
          label={t('generate.model')}
          value={chosen?.id ?? ''}
          options={[
            ...(chosen ? [] : [{ value: '', text: t('generate.whyNot.chooseModel') }]),
            ...bundles.map(({ id, name }) => ({ value: id, text: name })),
          ]}
          onChange={chooseBundle}
        />
      )}
      {chosen && (
        <p className="faint note">
          {[
            t(`generate.family.${chosen.family}`),
            t('queue.strip.pixels', { width: chosen.nativeSize, height: chosen.nativeSize }),
            megabytes(chosen.bytes),
          ].join(' · ')}
        </p>
      )}
      {importing ? (
        <div className="card">
          <span>{t('generate.importing', { percent: Math.floor(importing.fraction * 100) })}</span>
          <Bar label={t('generate.importingBar')} fraction={importing.fraction} />
          <button type="button" className="link" onClick={importing.cancel}>
            {t('app.cancel')}
          </button>
        </div>
      ) : (
        bundles.length > 0 && (
          <div className="row links">
            <ImportButtons className="link" />
            {chosen && (
              <button
                type="button"
                className="link"
                aria-label={t('generate.removeModel', { name: chosen.name })}
                onClick={() => void attempt(bridge.removeBundle({ id: chosen.id }))}
              >
                {t('library.remove')}
              </button>
            )}
          </div>
        )
      )}
    </section>
  );
}

/** Said plainly: none came with the program. */
function NoModel() {
  return (
    <div className="card no-model">
      <strong>{t('generate.noModel.title')}</strong>
      <HowToBegin />
    </div>
  );
}
