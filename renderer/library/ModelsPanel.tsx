import type { ModelView } from '../../contract/views.ts';
import { installModels } from '../app/actions.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { changeSettings, setState, useStudio } from '../app/store.ts';
import { type Family, families } from '../studios/restore/choose.ts';
import { Panel } from '../ui/Panel.tsx';
import { goodFor, megabytes, t } from '../ui/words.ts';
import { InstallBar } from './InstallBar.tsx';

/** What is installed and what can be had; one is chosen. */
export function ModelsPanel() {
  const models = useStudio((state) => state.models);
  const chosen = useStudio(({ settings }) => settings.family);
  return (
    <Panel title={t('app.panels.models')}>
      <p className="faint">{t('library.about')}</p>
      <ul className="families">
        {families(models).map((family) => (
          <FamilyCard key={family.id} family={family} isChosen={family.id === chosen} />
        ))}
      </ul>
    </Panel>
  );
}

function FamilyCard({ family, isChosen }: { family: Family; isChosen: boolean }) {
  const [first] = family.models;
  if (!first) return null;
  const use = () => {
    changeSettings({ family: family.id });
    setState({ panel: 'inspector' });
  };
  return (
    <li className="card" data-chosen={isChosen}>
      <div className="row">
        <h3>{family.name}</h3>
        <span className="faint">{t(`models.character.${first.character}`)}</span>
      </div>
      <p className="faint">{goodFor(first)}</p>
      <p className="faint">
        {first.licence} · {first.authors}
      </p>
      <ul className="sizes">
        {family.models.map((model) => (
          <SizeRow key={model.id} model={model} />
        ))}
      </ul>
      <button type="button" className="button" aria-pressed={isChosen} onClick={use}>
        {t(isChosen ? 'library.chosen' : 'library.choose')}
      </button>
    </li>
  );
}

function SizeRow({ model }: { model: ModelView }) {
  const installing = useStudio((state) => state.installing);
  const size = `×${model.scale}`;
  if (installing?.id === model.id)
    return (
      <li className="size">
        <span className="size-name">{size}</span>
        <InstallBar name={`${model.name}`} />
      </li>
    );
  return (
    <li className="size">
      <span className="size-name">{size}</span>
      <span className="faint size-state">
        {t(model.installed ? 'library.installed' : 'library.toDownload', { size: megabytes(model.bytes) })}
      </span>
      {!model.installed && (
        <button
          type="button"
          className="link"
          aria-label={t('library.installName', { name: model.name })}
          aria-disabled={installing !== undefined}
          onClick={() => void installModels([model.id])}
        >
          {t('library.install')}
        </button>
      )}
      {model.installed && !model.bundled && (
        <button
          type="button"
          className="link"
          aria-label={t('library.removeName', { name: model.name })}
          onClick={() => void attempt(bridge.removeModel({ id: model.id }))}
        >
          {t('library.remove')}
        </button>
      )}
    </li>
  );
}
