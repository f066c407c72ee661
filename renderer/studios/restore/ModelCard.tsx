import { setState, useStudio } from '../../app/store.ts';
import { InstallBar } from '../../library/InstallBar.tsx';
import { installModels } from '../../library/install.ts';
import { goodFor, megabytes, t } from '../../ui/words.ts';
import { modelFor, modelName } from './choose.ts';

/** The model that will run, with what it is good for; one press installs it where it is missing. */
export function ModelCard() {
  const models = useStudio((state) => state.models);
  const { family, scale } = useStudio((state) => state.settings);
  const installing = useStudio((state) => state.installing);
  const model = modelFor(models, family, scale);
  if (!model) return null;
  const ofFamily = models.filter((each) => each.family === family && !each.installed);
  return (
    <section className="section" aria-labelledby="model">
      <div className="row section-head">
        <h2 id="model">{t('restore.model')}</h2>
        <button
          type="button"
          className="link"
          id="change-model"
          aria-label={t('restore.changeModel')}
          onClick={() => setState({ panel: 'models' })}
        >
          {t('restore.change')}
        </button>
      </div>
      <div className="card">
        <div className="row">
          <strong>{modelName(model.name)}</strong>
          <span className="faint">{t(`models.character.${model.character}`)}</span>
        </div>
        <p className="faint">{goodFor(model)}</p>
        <p className="faint">{model.licence}</p>
        {!model.installed &&
          (installing ? (
            <InstallBar name={model.name} />
          ) : (
            <button
              type="button"
              className="button button-primary"
              onClick={() => installModels(ofFamily.map(({ id }) => id))}
            >
              {t('restore.install', { size: megabytes(model.bytes) })}
            </button>
          ))}
      </div>
    </section>
  );
}
