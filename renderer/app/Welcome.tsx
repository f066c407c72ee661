import { ActionButton } from '../ui/ActionButton.tsx';
import { Icon } from '../ui/Icon.tsx';
import { t } from '../ui/words.ts';
import { attempt, bridge } from './bridge.ts';
import { openRecent, openSample } from './open.ts';
import { useStudio } from './store.ts';

/** As many of the recent files as there is room for; the menu has them all. */
const SHOWN = 5;

/** The empty state: what to do first. */
export function Welcome() {
  const studio = useStudio((state) => state.studio);
  return (
    <div className="welcome">
      <h2>{t(`welcome.${studio}.title`)}</h2>
      <p className="dim">{t(`welcome.${studio}.kinds`)}</p>
      <div className="row">
        <ActionButton action="sources.openFiles" />
        <ActionButton action="sources.openFolder" />
      </div>
      <button type="button" className="link" onClick={() => void openSample()}>
        {t(`welcome.${studio}.sample`)}
      </button>
      <RecentList />
    </div>
  );
}

function RecentList() {
  const recent = useStudio((state) => state.recent);
  if (recent.length === 0) return null;
  return (
    <section className="recent" aria-labelledby="recent">
      <div className="row section-head">
        <h3 id="recent">{t('recent.title')}</h3>
        <button type="button" className="link" onClick={() => void attempt(bridge.clearRecent())}>
          {t('recent.clear')}
        </button>
      </div>
      <ul>
        {recent.slice(0, SHOWN).map(({ id, name, folder, kind }) => (
          <li key={id}>
            <button type="button" className="recent-row" onClick={() => void openRecent(id)}>
              <Icon name={kind === 'folder' ? 'folder' : 'picture'} />
              <span className="recent-name">{name}</span>
              <span className="faint recent-folder">{folder}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
