import { attempt, bridge } from '../../app/bridge.ts';
import { setState, useStudio } from '../../app/store.ts';
import { t } from '../../ui/words.ts';

/** Where pictures are written. @param usual what holds where no folder was chosen, here or in the settings */
export function ResultsFolder({ usual }: { usual: string }) {
  const chosen = useStudio((state) => state.learnFolder);
  const ofSettings = useStudio(({ appSettings }) => appSettings.results);
  const folder = chosen ?? ofSettings;
  const choose = async () => {
    const found = await attempt(bridge.chooseFolder({ what: 'results' }));
    if (found) setState({ learnFolder: found });
  };
  return (
    <section className="section" aria-labelledby="learn-results">
      <h2 id="learn-results">{t('learn.results')}</h2>
      <div className="row folder">
        <span className="dim folder-name">
          {folder ? t('restore.inFolder', { folder: folder.name }) : usual}
        </span>
        <button type="button" className="link" onClick={() => void choose()}>
          {t('restore.chooseFolder')}
        </button>
      </div>
    </section>
  );
}
