import { useEffect } from 'react';
import { CanvasTools } from '../../app/CanvasTools.tsx';
import { MaskTools } from '../../app/MaskTools.tsx';
import { followMask } from '../../app/mask-paint.ts';
import { selectedSource, useStudio } from '../../app/store.ts';
import { useStage } from '../../app/use-stage.ts';
import { t } from '../../ui/words.ts';
import { MadeGrid } from './MadeGrid.tsx';
import { MadeState } from './MadeState.tsx';
import { MadeTools } from './MadeTools.tsx';
import { ViewSwitch } from './ViewSwitch.tsx';

/** One picture, all that were made, or a table of settings. */
export function GenerateCanvas() {
  const view = useStudio((state) => state.generateView);
  const isLoading = useStudio(({ phase }) => phase === 'loading');
  const isDropping = useStudio((state) => state.isDropping);
  return (
    <div className="canvas generate-canvas" data-view={view}>
      {isLoading && <p className="canvas-message dim">{t('canvas.opening')}</p>}
      {view === 'canvas' && <OnePicture />}
      {view === 'grid' && <MadeGrid />}
      <ViewSwitch />
      {isDropping && <div className="drop-here">{t('canvas.drop')}</div>}
    </div>
  );
}

function OnePicture() {
  const area = useStage();
  useEffect(followMask, []);
  const isEmpty = useStudio(
    (state) =>
      state.shownMade === undefined &&
      (state.generate.kind === 'rule' ? !state.pattern : selectedSource(state) === undefined),
  );
  return (
    <>
      <section
        ref={area}
        className="canvas-area"
        aria-label={t('canvas.area')}
        tabIndex={isEmpty ? -1 : 0}
        data-empty={isEmpty}
      />
      {isEmpty && <Empty />}
      <MadeState />
      <div className="canvas-bars">
        <MaskTools />
        <MadeTools />
        <CanvasTools />
      </div>
    </>
  );
}

/** What to do first. */
function Empty() {
  const kind = useStudio(({ generate }) => generate.kind);
  const hasModel = useStudio(({ bundles }) => bundles.length > 0);
  const isReady = useStudio(({ phase }) => phase === 'ready');
  if (kind === 'rule' || !isReady) return null;
  const words = hasModel
    ? { title: t('generate.welcome.title'), body: t('generate.welcome.body') }
    : { title: t('generate.noModel.title'), body: t('generate.noModel.where') };
  return (
    <div className="welcome">
      <h2>{words.title}</h2>
      <p className="dim">{words.body}</p>
    </div>
  );
}
