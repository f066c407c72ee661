import { changeSettings, setState, useStudio } from '../app/store.ts';
import { type Family, families } from '../studios/restore/choose.ts';
import { Panel } from '../ui/Panel.tsx';
import { goodFor, megabytes, t } from '../ui/words.ts';
import { verifyModels } from './install.ts';
import { SizeRow } from './SizeRow.tsx';

/** What is installed and what can be had; one is chosen. */
export function ModelsPanel() {
  const models = useStudio((state) => state.models);
  const chosen = useStudio(({ settings }) => settings.family);
  const isVerifying = useStudio((state) => state.isVerifying);
  const installed = models.filter((model) => model.installed);
  const bytes = installed.reduce((sum, model) => sum + model.bytes, 0);
  return (
    <Panel
      title={t('app.panels.models')}
      foot={
        <>
          <span className="faint library-sum">
            {isVerifying
              ? t('library.verifying')
              : t('library.sum', { count: installed.length, size: megabytes(bytes) })}
          </span>
          <button
            type="button"
            className="button"
            aria-disabled={isVerifying || installed.length === 0}
            onClick={() => installed.length > 0 && void verifyModels()}
          >
            {t('library.verify')}
          </button>
        </>
      }
    >
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
