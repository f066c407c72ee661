import { useStudio } from '../../app/store.ts';
import { InstallBar } from '../../library/InstallBar.tsx';
import { installModels } from '../../library/install.ts';
import { megabytes, t } from '../../ui/words.ts';
import { modelsFor } from './models.ts';

/** One press installs what the chosen styles need and is not there. */
export function ModelsSection() {
  const models = useStudio((state) => state.models);
  const layers = useStudio(({ style }) => style.layers);
  const installing = useStudio((state) => state.installing);
  const missing = modelsFor(layers, models).filter(({ installed }) => !installed);
  if (missing.length === 0) return null;
  const bytes = missing.reduce((sum, model) => sum + model.bytes, 0);
  return (
    <section className="section" aria-labelledby="style-models">
      <h2 id="style-models">{t('restore.model')}</h2>
      <div className="card">
        <p className="faint">{t('style.missing')}</p>
        {installing ? (
          <InstallBar name={missing[0]?.name ?? ''} />
        ) : (
          <button
            type="button"
            className="button button-primary"
            onClick={() => installModels(missing.map(({ id }) => id))}
          >
            {t('style.install', { size: megabytes(bytes) })}
          </button>
        )}
      </div>
    </section>
  );
}
