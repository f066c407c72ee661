import { setState, useStudio } from '../app/store.ts';
import { Bar } from '../ui/Bar.tsx';
import { t } from '../ui/words.ts';
import { importModel } from './install.ts';

/** The way in for model files of the user's own, the import that runs, and what the last one had to say. */
export function ImportBar() {
  const importing = useStudio((state) => state.importing);
  const imported = useStudio((state) => state.imported);
  return (
    <div className="import">
      {importing ? (
        <div className="install">
          <Bar label={t('library.importing')} fraction={importing.fraction} />
          <span className="faint">
            {t('library.preparing', { percent: Math.floor(importing.fraction * 100) })}
          </span>
          <button type="button" className="link" onClick={importing.cancel}>
            {t('app.cancel')}
          </button>
        </div>
      ) : (
        <button type="button" className="button" onClick={() => void importModel()}>
          {t('library.import')}
        </button>
      )}
      <p className="faint">{t('library.importHint')}</p>
      <div aria-live="polite">
        {imported && (
          <div className="card">
            <div className="row">
              <strong>
                {t(imported.isNew ? 'library.imported' : 'library.importedBefore', { name: imported.name })}
              </strong>
              <button type="button" className="link" onClick={() => setState({ imported: undefined })}>
                {t('app.close')}
              </button>
            </div>
            {imported.notes.map((note) => (
              <p key={note} className="faint" lang="en">
                {note}
              </p>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
