import { useEffect } from 'react';
import { CanvasTools } from '../../app/CanvasTools.tsx';
import { MaskTools } from '../../app/MaskTools.tsx';
import { followMask } from '../../app/mask-paint.ts';
import { selectedSource, useStudio } from '../../app/store.ts';
import { useStage } from '../../app/use-stage.ts';
import { t } from '../../ui/words.ts';
import { GrowFrame } from './GrowFrame.tsx';
import { ImportButtons } from './ImportButtons.tsx';
import { InstallLatent } from './LatentModelSection.tsx';
import { MadeGrid } from './MadeGrid.tsx';
import { MadeState } from './MadeState.tsx';
import { MadeTable } from './MadeTable.tsx';
import { MadeTools } from './MadeTools.tsx';
import { Meanwhile } from './Meanwhile.tsx';

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
      <p className="dim">{t('generate.noModel.what')}</p>
      <p className="dim">{t('generate.noModel.where')}</p>
      <div className="row">
        <ImportButtons className="button" />
      </div>
      <Meanwhile />
    </div>
  );
}

/** Before its network is there. */
function EmptyLatent() {
  const isInstalled = useStudio(({ generate, models }) =>
    models.some(({ id, installed }) => installed && id === generate.latent.model),
  );
  if (isInstalled) return null;
  return (
    <div className="welcome">
      <h2>{t('generate.latent.welcome')}</h2>
      <p className="dim">{t('generate.latent.what')}</p>
      <InstallLatent />
    </div>
  );
}
