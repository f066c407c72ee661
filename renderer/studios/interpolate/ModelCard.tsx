import { DEFAULT_INTERPOLATION } from '../../../contract/tasks.ts';
import { changeStep, useStudio } from '../../app/store.ts';
import { InstallBar } from '../../library/InstallBar.tsx';
import { installModels } from '../../library/install.ts';
import { LicenceMark } from '../../library/LicenceMark.tsx';
import { Pick } from '../../ui/Pick.tsx';
import { goodFor, megabytes, t, tenths } from '../../ui/words.ts';

/** The model that makes the frames; one press installs it where it is missing. */
export function ModelCard() {
  const models = useStudio((state) => state.models);
  const chosen = useStudio(({ clip }) => clip.step.model);
  const installing = useStudio((state) => state.installing);
  const ofTask = models.filter(({ task }) => task === 'interpolate');
  const model = ofTask.find(({ id }) => id === (chosen ?? DEFAULT_INTERPOLATION));
  if (!model) return null;
  return (
    <section className="section" aria-labelledby="model">
      <h2 id="model">{t('restore.model')}</h2>
      {ofTask.length > 1 && (
        <Pick
          label={t('restore.model')}
          value={model.id}
          options={ofTask.map(({ id, name }) => ({ value: id, text: name }))}
          onChange={(id) => changeStep({ model: id })}
        />
      )}
      <div className="card">
        <div className="row">
          <strong>{model.name}</strong>
          <span className="faint">{t(`models.character.${model.character}`)}</span>
        </div>
        <p className="faint">{goodFor(model)}</p>
        <p className="faint numbers">
          <LicenceMark model={model} />
          {[model.licence === 'unknown' ? '' : model.licence, megabytes(model.bytes)]
            .filter(Boolean)
            .join(' · ')}
        </p>
        {model.installed && (
          <p className="faint numbers">
            {model.speed === undefined
              ? t('interpolate.notMeasured')
              : t('interpolate.speed', { megapixels: tenths(model.speed) })}
          </p>
        )}
        {!model.installed &&
          (installing ? (
            <InstallBar name={model.name} />
          ) : (
            <button type="button" className="button button-primary" onClick={() => installModels([model.id])}>
              {t('restore.install', { size: megabytes(model.bytes) })}
            </button>
          ))}
      </div>
    </section>
  );
}
