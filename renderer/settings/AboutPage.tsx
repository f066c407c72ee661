import { useEffect, useState } from 'react';
import type { AboutView, NoticeView } from '../../contract/about.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { useStudio } from '../app/store.ts';
import { Panel } from '../ui/Panel.tsx';
import { SearchField } from '../ui/SearchField.tsx';
import { t } from '../ui/words.ts';
import { backToAll } from './settle.ts';

/** Versions of what runs, and the licences of everything inside. */
export function AboutPage() {
  const version = useStudio((state) => state.version);
  const [about, setAbout] = useState<AboutView>();
  useEffect(() => {
    void attempt(bridge.getAbout()).then(setAbout);
  }, []);
  return (
    <Panel title={t('settings.about.title')} back={backToAll}>
      <div className="settings prose">
        <div>
          <p>
            <strong>Gesso</strong> <span className="dim">{t('settings.about.version', { version })}</span>
          </p>
          <p className="faint">{t('settings.about.what')}</p>
        </div>
        <p className="faint">{t('settings.about.licence')}</p>
        {about ? (
          <>
            <Versions versions={about.versions} />
            <Notices about={about} />
          </>
        ) : (
          <p className="faint">{t('settings.about.loading')}</p>
        )}
      </div>
    </Panel>
  );
}

function Versions({ versions }: { versions: AboutView['versions'] }) {
  return (
    <section className="section" aria-labelledby="about-runs">
      <h3 id="about-runs">{t('settings.about.runs')}</h3>
      <dl className="versions">
        {Object.entries(versions).map(([name, version]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{version}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Notices({ about }: { about: AboutView }) {
  const [typed, setTyped] = useState('');
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = about.notices
    .map((notice, index) => ({ ...notice, index }))
    .filter(({ name, licence }) => words.every((word) => `${name} ${licence}`.toLowerCase().includes(word)));
  return (
    <section className="section" aria-labelledby="about-inside">
      <h3 id="about-inside">{t('settings.about.inside')}</h3>
      <SearchField label={t('settings.about.find')} value={typed} onChange={setTyped} />
      <div className="row">
        <span className="faint" role="status">
          {t('settings.about.count', { count: found.length })}
        </span>
        {about.hasChromiumNotices && (
          <button type="button" className="link" onClick={() => void attempt(bridge.openChromiumNotices())}>
            {t('settings.about.chromium')}
          </button>
        )}
      </div>
      <ul className="notices">
        {found.map(({ index, ...notice }) => (
          <li key={index}>
            <Notice index={index} notice={notice} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The text is fetched when it is first opened: all of them are half a megabyte. */
function Notice({ index, notice }: { index: number; notice: NoticeView }) {
  const [text, setText] = useState<string>();
  const { name, version, licence, kind } = notice;
  const read = async () => setText((await attempt(bridge.getNotice({ index })))?.text);
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && text === undefined && void read()}>
      <summary>
        <span className="notice-name">
          {name} <span className="faint">{version}</span>
        </span>
        <span className="faint">
          {kind === 'library' ? licence : `${t(`settings.about.kinds.${kind}`)} · ${licence}`}
        </span>
      </summary>
      <div className="notice-text" lang="en">
        {text === undefined ? t('settings.about.loading') : flowing(text)}
      </div>
    </details>
  );
}

/** A text of lines for eighty columns, for a column of any width; lists, headings and tables keep their lines. */
function flowing(text: string): string {
  return text.replace(/(?<=[^\n]{50})\n(?=[^\s\-*|•\d(])/g, ' ');
}
