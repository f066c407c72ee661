import { attempt, bridge } from '../app/bridge.ts';
import { type RestoreSettings, useStudio } from '../app/store.ts';
import { t } from '../ui/words.ts';

type Folder = RestoreSettings['folder'];

/** Where results go: beside each source, or in a folder that is chosen here or in the settings. */
export function FolderRow({ chosen, onChange }: { chosen: Folder; onChange(folder: Folder): void }) {
  const usual = useStudio(({ appSettings }) => appSettings.results);
  const folder = chosen === 'beside' ? undefined : (chosen ?? usual);
  const choose = async () => {
    const found = await attempt(bridge.chooseFolder({ what: 'results' }));
    if (found) onChange(found);
  };
  return (
    <div className="row folder">
      <span className="dim folder-name">
        {folder ? t('restore.inFolder', { folder: folder.name }) : t('restore.beside')}
      </span>
      {folder && (
        <button type="button" className="link" onClick={() => onChange(usual ? 'beside' : undefined)}>
          {t('restore.beside')}
        </button>
      )}
      <button type="button" className="link" onClick={() => void choose()}>
        {t('restore.chooseFolder')}
      </button>
    </div>
  );
}
