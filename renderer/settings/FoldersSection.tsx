import { attempt, bridge } from '../app/bridge.ts';
import { useStudio } from '../app/store.ts';
import { t } from '../ui/words.ts';
import { settle } from './settle.ts';

export function FoldersSection() {
  const { results, openFrom } = useStudio(({ appSettings }) => appSettings);
  const choose = async (what: 'results' | 'pictures') => {
    const found = await attempt(bridge.chooseFolder({ what }));
    if (found) await settle(what === 'results' ? { results: found.id } : { openFrom: found.id });
  };
  return (
    <section className="section" aria-labelledby="settings-folders">
      <h3 id="settings-folders">{t('settings.folders.title')}</h3>
      <Folder
        label={t('settings.folders.results')}
        chosen={results?.name}
        usual={t('settings.folders.beside')}
        chooseLabel={t('settings.folders.chooseResults')}
        onChoose={() => void choose('results')}
        onForget={() => void settle({ results: null })}
      />
      <Folder
        label={t('settings.folders.open')}
        chosen={openFrom?.name}
        usual={t('settings.folders.last')}
        chooseLabel={t('settings.folders.chooseOpen')}
        onChoose={() => void choose('pictures')}
        onForget={() => void settle({ openFrom: null })}
      />
    </section>
  );
}

interface FolderProps {
  label: string;
  /** Its name, where one was chosen. */
  chosen: string | undefined;
  /** What holds where none was. */
  usual: string;
  chooseLabel: string;
  onChoose(): void;
  onForget(): void;
}

function Folder({ label, chosen, usual, chooseLabel, onChoose, onForget }: FolderProps) {
  return (
    <div className="settings-folder">
      <span className="dim">{label}</span>
      <span className="settings-folder-name">
        {chosen === undefined ? usual : t('settings.folders.inside', { name: chosen })}
      </span>
      <span className="settings-links">
        {chosen !== undefined && (
          <button type="button" className="link" onClick={onForget}>
            {usual}
          </button>
        )}
        <button type="button" className="link" aria-label={chooseLabel} onClick={onChoose}>
          {t('settings.folders.choose')}
        </button>
      </span>
    </div>
  );
}
