import { useStudio } from '../app/store.ts';
import { Icon } from '../ui/Icon.tsx';
import { Panel } from '../ui/Panel.tsx';
import { t } from '../ui/words.ts';
import { AboutPage } from './AboutPage.tsx';
import { AppearanceSection } from './AppearanceSection.tsx';
import { DataSection } from './DataSection.tsx';
import { DeviceSection } from './DeviceSection.tsx';
import { FoldersSection } from './FoldersSection.tsx';
import { MemorySection } from './MemorySection.tsx';
import { PrivacyPage } from './PrivacyPage.tsx';
import { ShortcutsPage } from './ShortcutsPage.tsx';
import { showPage } from './settle.ts';

/** What holds for the whole program; long lists have a page of their own. */
export function SettingsPanel() {
  const page = useStudio((state) => state.settingsPage);
  switch (page) {
    case 'shortcuts':
      return <ShortcutsPage />;
    case 'privacy':
      return <PrivacyPage />;
    case 'about':
      return <AboutPage />;
    case 'all':
      return <AllSettings />;
  }
}

const PAGES = ['shortcuts', 'privacy', 'about'] as const;

function AllSettings() {
  return (
    <Panel title={t('app.panels.settings')}>
      <div className="settings">
        <AppearanceSection />
        <DeviceSection />
        <MemorySection />
        <FoldersSection />
        <DataSection />
        <nav className="settings-pages" aria-label={t('settings.more')}>
          {PAGES.map((page) => (
            <button key={page} type="button" className="settings-page" onClick={() => showPage(page)}>
              {t(`settings.${page}.title`)}
              <Icon name="next" />
            </button>
          ))}
        </nav>
      </div>
    </Panel>
  );
}
