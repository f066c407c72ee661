import { useEffect } from 'react';
import { CanvasTools } from '../../app/CanvasTools.tsx';
import { isInstalled } from '../../app/installed.ts';
import { MaskTools } from '../../app/MaskTools.tsx';
import { followMask } from '../../app/mask-paint.ts';
import { selectedSource, useStudio } from '../../app/store.ts';
import { useStage } from '../../app/use-stage.ts';
import { t } from '../../ui/words.ts';
import { GrowFrame } from './GrowFrame.tsx';
import { HowToBegin } from './HowToBegin.tsx';
import { InstallLatent } from './LatentModelSection.tsx';
import { MadeGrid } from './MadeGrid.tsx';
import { MadeState } from './MadeState.tsx';
import { MadeTable } from './MadeTable.tsx';
import { MadeTools } from './MadeTools.tsx';

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
      {view === 'table' && <MadeTable />}
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
      (state.generate.kind === 'diffusion' ? selectedSource(state) === undefined : !state.pattern),
  );
  // Only what is begun with can grow.
  const isBegun = useStudio(
    (state) =>
      state.generate.kind === 'diffusion' &&
      state.shownMade === undefined &&
      state.zoom > 0 &&
      selectedSource(state) !== undefined,
  );
  return (
    <>
      <section
        ref={area}
        className={isBegun ? 'canvas-area canvas-over-bars' : 'canvas-area'}
        aria-label={t('canvas.area')}
        tabIndex={isEmpty ? -1 : 0}
        data-empty={isEmpty}
      />
      {isEmpty && <Empty />}
      {isBegun && <GrowFrame />}
      <div className="canvas-bars">
        <MadeState />
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
  if (kind === 'latent') return <EmptyLatent />;
  if (hasModel)
    return (
      <div className="welcome">
        <h2>{t('generate.welcome.title')}</h2>
        <p className="dim">{t('generate.welcome.body')}</p>
      </div>
    );
  return (
    <div className="welcome">
      <h2>{t('generate.noModel.title')}</h2>
      <HowToBegin />
    </div>
  );
}

/** Before its network is there. */
function EmptyLatent() {
  const isThere = useStudio(({ generate, models }) => isInstalled(models, generate.latent.model));
  if (isThere) return null;
  return (
    <div className="welcome">
      <h2>{t('generate.latent.welcome')}</h2>
      <p className="dim">{t('generate.latent.what')}</p>
      <InstallLatent />
    </div>
  );
}
