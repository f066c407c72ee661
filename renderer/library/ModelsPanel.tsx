import type { ModelView } from '../../contract/views.ts';
import { installModels } from '../app/actions.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { changeSettings, setState, useStudio } from '../app/store.ts';
import { characterOf, type Family, families, megabytes } from '../studios/restore/choose.ts';
import { Panel } from '../ui/Panel.tsx';
import { InstallBar } from './InstallBar.tsx';

/** What is installed and what can be had; one is chosen. */
export function ModelsPanel() {
  const models = useStudio((state) => state.models);
  const chosen = useStudio(({ settings }) => settings.family);
  return (
    <Panel title="Models">
      <p className="faint">
        A model is fetched once and then works without a network. Faithful ones keep to the picture; generous
        ones draw detail that was lost.
      </p>
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
        <span className="faint">{characterOf(first).word}</span>
      </div>
      <p className="faint">{first.goodFor}</p>
      <p className="faint">
        {first.licence} · {first.authors}
      </p>
      <ul className="sizes">
        {family.models.map((model) => (
          <SizeRow key={model.id} model={model} />
        ))}
      </ul>
      <button type="button" className="button" aria-pressed={isChosen} onClick={use}>
        {isChosen ? 'Chosen' : 'Use this model'}
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
        {model.installed ? `Installed · ${megabytes(model.bytes)}` : `${megabytes(model.bytes)} to download`}
      </span>
      {!model.installed && (
        <button
          type="button"
          className="link"
          aria-label={`Install ${model.name}`}
          aria-disabled={installing !== undefined}
          onClick={() => void installModels([model.id])}
        >
          Install
        </button>
      )}
      {model.installed && !model.bundled && (
        <button
          type="button"
          className="link"
          aria-label={`Remove ${model.name}`}
          onClick={() => void attempt(bridge.removeModel({ id: model.id }))}
        >
          Remove
        </button>
      )}
    </li>
  );
}
