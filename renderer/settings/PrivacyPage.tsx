import { useStudio } from '../app/store.ts';
import { modelName } from '../studios/restore/choose.ts';
import { Panel } from '../ui/Panel.tsx';
import { t, useLanguage } from '../ui/words.ts';
import { backToAll } from './settle.ts';

/** What is ever fetched, and what was. */
export function PrivacyPage() {
  const installed = useStudio((state) => state.models).filter(({ source }) => source !== undefined);
  const dates = new Intl.DateTimeFormat(useLanguage(), { dateStyle: 'medium' });
  return (
    <Panel title={t('settings.privacy.title')} back={backToAll}>
      <div className="settings prose">
        <p>{t('settings.privacy.nothing')}</p>
        <p>{t('settings.privacy.fetched')}</p>
        <p>{t('settings.privacy.checked')}</p>
        <p>{t('settings.privacy.stored')}</p>
        <section className="section" aria-labelledby="settings-fetched">
          <h3 id="settings-fetched">{t('settings.privacy.list')}</h3>
          {installed.length === 0 && <p className="faint">{t('settings.privacy.empty')}</p>}
          <ul className="fetched">
            {installed.map(({ id, name, source, installedAt, bundled }) => (
              <li key={id}>
                {modelName(name)}
                <span className="faint">
                  {bundled
                    ? t('settings.privacy.bundled')
                    : t('settings.privacy.when', {
                        source: source ?? '',
                        date: installedAt ? dates.format(new Date(installedAt)) : '',
                      })}
                </span>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </Panel>
  );
}
