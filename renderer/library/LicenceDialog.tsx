import { useEffect, useRef } from 'react';
import { useStudio } from '../app/store.ts';
import { modelName } from '../studios/restore/choose.ts';
import { t } from '../ui/words.ts';
import { answerAsking, asksFirst } from './install.ts';

/** Asks before models are fetched whose licence forbids paid work, or that nobody could find. */
export function LicenceDialog() {
  const isAsking = useStudio((state) => state.asking.length > 0);
  return isAsking ? <OpenQuestion /> : null;
}

function OpenQuestion() {
  const dialog = useRef<HTMLDialogElement>(null);
  const models = useStudio((state) => state.models);
  const asking = useStudio((state) => state.asking);
  useEffect(() => dialog.current?.showModal(), []);
  const asked = models.filter((model) => asking.includes(model.id) && asksFirst(model));
  return (
    <dialog
      ref={dialog}
      className="report licence"
      aria-labelledby="licence-title"
      onClose={() => answerAsking(false)}
      // The keys of the window do not reach through.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id="licence-title">{t('library.licenceTitle')}</h2>
      <ul className="licence-list">
        {asked.map(({ id, name, licence, nonCommercial }) => (
          <li key={id}>
            <strong>{modelName(name)}</strong>{' '}
            <span className="dim">
              {nonCommercial ? t('library.licenceNot', { licence }) : t('library.licenceUnknown')}
            </span>
          </li>
        ))}
      </ul>
      <div className="report-buttons">
        <button type="button" className="button" onClick={() => dialog.current?.close()}>
          {t('app.cancel')}
        </button>
        <button type="button" className="button" onClick={() => answerAsking(true)}>
          {t('library.licenceYes')}
        </button>
      </div>
    </dialog>
  );
}
