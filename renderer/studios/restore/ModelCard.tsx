import { isOfRestore } from '../../../contract/tasks.ts';
import type { ModelView } from '../../../contract/views.ts';
import { selectedSource, useStudio } from '../../app/store.ts';
import { InstallBar } from '../../library/InstallBar.tsx';
import { installModels } from '../../library/install.ts';
import { LicenceMark } from '../../library/LicenceMark.tsx';
import { Sample } from '../../library/Sample.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Pick } from '../../ui/Pick.tsx';
import { duration, goodFor, megabytes, t, tenths } from '../../ui/words.ts';
import { families, modelFor, modelName } from './choose.ts';
import { chooseFamily, showInLibrary } from './choose-family.ts';
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
        <ActionButton action="models.compare" className="link model-compare">
          {t('restore.compare')}
        </ActionButton>
        <button
          type="button"
          className="link"
          id="change-model"
          aria-label={t('restore.changeModel')}
          onClick={() => showInLibrary(isOfRestore(model.task) ? model.task : undefined)}
        >
          {t('restore.change')}
        </button>
      </div>
      <FamilyPick model={model} />
      <div className="card">
        <div className="row">
          <strong>{modelName(model.name)}</strong>
          <span className="faint">{t(`models.character.${model.character}`)}</span>
        </div>
        <p className="faint">{goodFor(model)}</p>
        <p className="faint numbers">
          <LicenceMark model={model} />
          {[model.licence === 'unknown' ? '' : model.licence, megabytes(model.bytes), parametersOf(model)]
            .filter(Boolean)
            .join(' · ')}
        </p>
        {!model.installed && model.hasSample && <Sample models={[model]} />}
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

/** The installed families of the task; nothing where there is no other. */
function FamilyPick({ model: { family, task } }: { model: ModelView }) {
  const models = useStudio((state) => state.models);
  const ofTask = families(models.filter((each) => each.task === task)).filter(
    ({ id, models: all }) => id === family || all.some(({ installed }) => installed),
  );
  if (ofTask.length < 2) return null;
  return (
    <Pick
      label={t('restore.family')}
      value={family}
      options={ofTask.map(({ id, name }) => ({ value: id, text: name }))}
      onChange={chooseFamily}
    />
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
