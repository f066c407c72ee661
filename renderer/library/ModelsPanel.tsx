import { DEFAULT_INTERPOLATION } from '../../contract/tasks.ts';
import { setState, useStudio } from '../app/store.ts';
import { LEAST_COMPARED } from '../compare/compared.ts';
import type { Family } from '../studios/restore/choose.ts';
import { Panel } from '../ui/Panel.tsx';
import { goodFor, megabytes, t } from '../ui/words.ts';
import { FilterBar } from './FilterBar.tsx';
import { groupsOf } from './filter.ts';
import { ImportBar } from './ImportBar.tsx';
import { takeModel, verifyModels } from './install.ts';
import { LicenceMark, licenceAndAuthors } from './LicenceMark.tsx';
import { Sample } from './Sample.tsx';
import { SizeRow } from './SizeRow.tsx';

/** What is installed and what can be had; one is chosen. */
export function ModelsPanel() {
  const models = useStudio((state) => state.models);
  const ofPictures = useStudio(({ settings }) => settings.family);
  const ofClips = useStudio(
    ({ clip, models: all }) =>
      all.find(({ id }) => id === (clip.step.model ?? DEFAULT_INTERPOLATION))?.family,
  );
  const isVerifying = useStudio((state) => state.isVerifying);
  const groups = groupsOf(
    models,
    useStudio((state) => state.libraryFilter),
  );
  const installed = models.filter((model) => model.installed);
  const bytes = installed.reduce((sum, model) => sum + model.bytes, 0);
  return (
    <Panel
      title={t('app.panels.models')}
      foot={
        <>
          <TickedBar />
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
      <FilterBar />
      <ImportBar />
      {groups.length === 0 && <p className="dim">{t('library.nothing')}</p>}
      {groups.map(({ task, families }) => (
        <section key={task} aria-labelledby={`models-${task}`}>
          <h3 id={`models-${task}`} className="task-heading">
            {t(`models.task.${task}`)}
          </h3>
          {task === 'interpolate' && <p className="faint">{t('library.notOfRestore')}</p>}
          {task === 'style' && <p className="faint">{t('library.ofStyle')}</p>}
          <ul className="families">
            {families.map((family) => (
              <FamilyCard
                key={family.id}
                family={family}
                isChosen={family.id === (task === 'interpolate' ? ofClips : ofPictures)}
              />
            ))}
          </ul>
        </section>
      ))}
    </Panel>
  );
}

/** What is ticked, and the way to compare it; nothing where nothing is. */
function TickedBar() {
  const models = useStudio((state) => state.models);
  const known = useStudio((state) => state.ticked).filter((id) => models.some((model) => model.id === id));
  if (known.length === 0) return null;
  const isEnough = known.length >= LEAST_COMPARED;
  return (
    <div className="ticked">
      <button
        type="button"
        className="button button-primary"
        aria-disabled={!isEnough}
        onClick={() => isEnough && setState({ compared: known })}
      >
        {isEnough ? t('compare.these', { count: known.length }) : t('compare.oneMore')}
      </button>
      <button type="button" className="link" onClick={() => setState({ ticked: [] })}>
        {t('compare.untick')}
      </button>
    </div>
  );
}

function FamilyCard({ family, isChosen }: { family: Family; isChosen: boolean }) {
  const [first] = family.models;
  if (!first) return null;
  const use = () => {
    takeModel(first);
    setState({ panel: 'inspector' });
  };
  return (
    <li className="card" data-chosen={isChosen}>
      <div className="row">
        <h4>{family.name}</h4>
        <span className="faint">{t(`models.character.${first.character}`)}</span>
      </div>
      {goodFor(first) !== '' && <p className="faint">{goodFor(first)}</p>}
      <p className="faint">
        <LicenceMark model={first} /> {licenceAndAuthors(first)}
      </p>
      <Sample models={family.models.filter(({ hasSample }) => hasSample)} />
      {first.importedFrom !== undefined && (
        <p className="faint">{t('library.importedFrom', { file: first.importedFrom })}</p>
      )}
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
