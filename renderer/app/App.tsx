import { Tooltip } from 'radix-ui';
import { useEffect } from 'react';
import { ComparisonDialog } from '../compare/ComparisonDialog.tsx';
import { LicenceDialog } from '../library/LicenceDialog.tsx';
import { FilmStrip } from '../queue/FilmStrip.tsx';
import { MadeStrip } from '../studios/generate/MadeStrip.tsx';
import { LearnStrip } from '../studios/learn/LearnStrip.tsx';
import { holdFloating } from '../ui/floating.ts';
import { WhatHappened } from '../ui/Why.tsx';
import { t, useLanguage } from '../ui/words.ts';
import { Announcer } from './Announcer.tsx';
import { Canvas } from './Canvas.tsx';
import { useFileDrop } from './drop.ts';
import { keepFocus } from './focus.ts';
import { Header } from './Header.tsx';
import { listenForKeys } from './keys.ts';
import { Notice } from './Notice.tsx';
import { Palette } from './Palette.tsx';
import { ReportDialog } from './ReportDialog.tsx';
import { Side, useIsDrawer } from './Side.tsx';
import { StatusBar } from './StatusBar.tsx';
import { useStudio } from './store.ts';

/** The room: header, canvas, film strip, one panel on the right or over them, status bar. */
export function App() {
  const phase = useStudio((state) => state.phase);
  const isMac = useStudio((state) => state.platform === 'darwin');
  const language = useLanguage();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => listenForKeys(isMac), [isMac]);
  useEffect(keepFocus, []);
  const isCovered = useIsDrawer();
  const studio = useStudio((state) => state.studio);
  const drop = useFileDrop();
  if (phase === 'failed') return <Failed />;
  return (
    <Tooltip.Provider delayDuration={500}>
      <div className="room" data-phase={phase} {...drop}>
        <Header />
        <main className="work" ref={holdFloating}>
          <div className="work-inside" inert={isCovered}>
            <Canvas />
            {studio === 'generate' ? <MadeStrip /> : studio === 'learn' ? <LearnStrip /> : <FilmStrip />}
          </div>
        </main>
        <Side />
        <StatusBar />
        <Notice />
        <Announcer />
        <ComparisonDialog />
        <Palette />
        <ReportDialog />
        <LicenceDialog />
      </div>
    </Tooltip.Provider>
  );
}

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
