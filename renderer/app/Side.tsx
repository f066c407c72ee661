import { type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import type { Panel } from '../../contract/session.ts';
import type { Studio } from '../../contract/tasks.ts';
import { ModelsPanel } from '../library/ModelsPanel.tsx';
import { QueuePanel } from '../queue/QueuePanel.tsx';
import { SettingsPanel } from '../settings/SettingsPanel.tsx';
import { Inspector as GenerateInspector } from '../studios/generate/Inspector.tsx';
import { Inspector as ClipInspector } from '../studios/interpolate/Inspector.tsx';
import { Inspector as LearnInspector } from '../studios/learn/Inspector.tsx';
import { Inspector } from '../studios/restore/Inspector.tsx';
import { Inspector as StyleInspector } from '../studios/style/Inspector.tsx';
import { useNarrow } from '../ui/narrow.ts';
import { t } from '../ui/words.ts';
import { useReturnOfFocus } from './focus.ts';
import { closePanel, useStudio } from './store.ts';

const PANELS: Record<Panel, () => ReactElement> = {
  inspector: () => <StudioInspector />,
  models: () => <ModelsPanel />,
  queue: () => <QueuePanel />,
  settings: () => <SettingsPanel />,
};

const INSPECTORS: Record<Studio, () => ReactElement> = {
  restore: Inspector,
  interpolate: ClipInspector,
  style: StyleInspector,
  generate: GenerateInspector,
  learn: LearnInspector,
};

function StudioInspector() {
  const studio = useStudio((state) => state.studio);
  const Shown = INSPECTORS[studio];
  return <Shown />;
}

/** Whether a panel lies over the canvas now, which cannot be used meanwhile. */
export function useIsDrawer(): boolean {
  const isAsked = useStudio(({ panel, isInspectorOpen }) => panel !== 'inspector' || isInspectorOpen);
  return useNarrow() && isAsked;
}

/** The studio's inspector, or the panel over it: beside the canvas, and where there is no room, over it. */
export function Side() {
  const panel = useStudio((state) => state.panel);
  const studio = useStudio((state) => state.studio);
  const isNarrow = useNarrow();
  const isDrawer = useIsDrawer();
  useReturnOfFocus(isDrawer);
  useReturnOfFocus(panel !== 'inspector');
  if (isNarrow && !isDrawer) return null;
  const content = PANELS[panel]();
  return (
    <>
      {isDrawer && <div className="veil" aria-hidden="true" onPointerDown={closePanel} />}
      <aside
        className="panel"
        aria-label={panel === 'inspector' ? t(`app.panels.inspector.${studio}`) : t(`app.panels.${panel}`)}
      >
        {isDrawer && panel === 'inspector' ? <InspectorDrawer>{content}</InspectorDrawer> : content}
      </aside>
    </>
  );
}

/** The inspector as a drawer: it takes the focus, and Escape or its button closes it. */
function InspectorDrawer({ children }: { children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const studio = useStudio((state) => state.studio);
  useEffect(() => {
    // Not where a panel over it was closed, and what opened that has the focus again.
    const side = heading.current?.closest('aside');
    if (!side?.contains(document.activeElement)) heading.current?.focus();
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is heard from everything inside
    <div className="drawer" onKeyDown={({ key }) => key === 'Escape' && closePanel()}>
      <div className="drawer-head">
        <h2 ref={heading} tabIndex={-1}>
          {t(`app.panels.inspector.${studio}`)}
        </h2>
        <button type="button" className="link" onClick={closePanel}>
          {t('app.close')}
        </button>
      </div>
      {children}
    </div>
  );
}
