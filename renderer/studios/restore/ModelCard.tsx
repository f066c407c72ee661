import type { ModelView } from '../../../contract/views.ts';
import { selectedSource, setState, useStudio } from '../../app/store.ts';
import { InstallBar } from '../../library/InstallBar.tsx';
import { installModels } from '../../library/install.ts';
import { duration, goodFor, megabytes, t, tenths } from '../../ui/words.ts';
import { modelFor, modelName } from './choose.ts';
import { foreseen } from './estimate.ts';

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
        <p className="faint numbers">
          {[model.licence, megabytes(model.bytes), parametersOf(model)].filter(Boolean).join(' · ')}
        </p>
        {model.installed && <Speed model={model} />}
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

/** "0.4 M parameters" */
function parametersOf({ parameters }: ModelView): string | undefined {
  return parameters ? t('restore.parameters', { millions: tenths(parameters / 1e6) }) : undefined;
}

/** How fast the model was here, and what that means for the picture on the canvas. */
function Speed({ model }: { model: ModelView }) {
  const source = useStudio(selectedSource);
  const models = useStudio((state) => state.models);
  const settings = useStudio((state) => state.settings);
  if (model.speed === undefined) return <p className="faint">{t('restore.notMeasured')}</p>;
  const time = source && foreseen([source], models, settings);
  const megapixels = model.speed < 10 ? tenths(model.speed) : Math.round(model.speed);
  return (
    <p className="faint numbers">
      {[
        t('restore.speed', { megapixels }),
        time !== undefined && t('restore.forThis', { time: duration(time) }),
      ]
        .filter(Boolean)
        .join(' · ')}
    </p>
  );
}
