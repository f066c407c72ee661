import { Tooltip } from 'radix-ui';
import { type ReactElement, useEffect } from 'react';
import type { Panel } from '../../contract/session.ts';
import { ModelsPanel } from '../library/ModelsPanel.tsx';
import { FilmStrip } from '../queue/FilmStrip.tsx';
import { QueuePanel } from '../queue/QueuePanel.tsx';
import { SettingsPanel } from '../settings/SettingsPanel.tsx';
import { Inspector } from '../studios/restore/Inspector.tsx';
import { holdFloating } from '../ui/floating.ts';
import { WhatHappened } from '../ui/Why.tsx';
import { t, useLanguage } from '../ui/words.ts';
import { Canvas } from './Canvas.tsx';
import { useFileDrop } from './drop.ts';
import { Header } from './Header.tsx';
import { listenForKeys } from './keys.ts';
import { Notice } from './Notice.tsx';
import { Palette } from './Palette.tsx';
import { ReportDialog } from './ReportDialog.tsx';
import { StatusBar } from './StatusBar.tsx';
import { useStudio } from './store.ts';

/** The room: header, canvas, film strip, one panel on the right, status bar. */
export function App() {
  const phase = useStudio((state) => state.phase);
  const panel = useStudio((state) => state.panel);
  const isMac = useStudio((state) => state.platform === 'darwin');
  const language = useLanguage();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => listenForKeys(isMac), [isMac]);
  const drop = useFileDrop();
  if (phase === 'failed') return <Failed />;
  return (
    <Tooltip.Provider delayDuration={500}>
      <div className="room" data-phase={phase} {...drop}>
        <Header />
        <main className="work" ref={holdFloating}>
          <Canvas />
          <FilmStrip />
        </main>
        <aside className="panel" aria-label={t(`app.panels.${panel}`)}>
          {PANELS[panel]()}
        </aside>
        <StatusBar />
        <Notice />
        <Palette />
        <ReportDialog />
      </div>
    </Tooltip.Provider>
  );
}

const PANELS: Record<Panel, () => ReactElement> = {
  inspector: () => <Inspector />,
  models: () => <ModelsPanel />,
  queue: () => <QueuePanel />,
  settings: () => <SettingsPanel />,
};

function Failed() {
  const notice = useStudio((state) => state.notice);
  return (
    <main className="failed-app">
      <h1>{t('app.failed')}</h1>
      {notice && (
        <p>
          <WhatHappened error={notice} />
        </p>
      )}
      <p className="dim" lang="en">
        {notice?.hint}
      </p>
    </main>
  );
}
