import { useEffect } from 'react';
import { ClipRoom } from '../clip/ClipRoom.tsx';
import { GenerateCanvas } from '../studios/generate/GenerateCanvas.tsx';
import { LearnCanvas } from '../studios/learn/LearnCanvas.tsx';
import { t } from '../ui/words.ts';
import { CanvasState } from './CanvasState.tsx';
import { CanvasTools } from './CanvasTools.tsx';
import { followLive } from './live.ts';
import { MaskTools } from './MaskTools.tsx';
import { followMask } from './mask-paint.ts';
import { followPattern } from './pattern-preview.ts';
import { followPreview } from './preview.ts';
import { selectedSource, useStudio } from './store.ts';
import { followStylePreview } from './style-preview.ts';
import { useStage } from './use-stage.ts';
import { Welcome } from './Welcome.tsx';

/** What is worked on, in the middle of the room. */
export function Canvas() {
  const studio = useStudio((state) => state.studio);
  useEffect(followLive, []);
  // Restore and Style have one canvas, each with previews of its own.
  useEffect(() => {
    if (studio === 'restore') return followPreview();
    if (studio === 'style') return followStylePreview();
    if (studio === 'generate') return followPattern();
  }, [studio]);
  if (studio === 'generate') return <GenerateCanvas />;
  if (studio === 'learn') return <LearnCanvas />;
  return studio === 'interpolate' ? <ClipCanvas /> : <PictureCanvas />;
}

function ClipCanvas() {
  const isEmpty = useStudio(({ sources }) => sources.length === 0);
  const isReady = useStudio((state) => selectedSource(state)?.state === 'ready');
  const isLoading = useStudio(({ phase }) => phase === 'loading');
  const isDropping = useStudio((state) => state.isDropping);
  return (
    <div className="canvas">
      {isLoading && <p className="canvas-message dim">{t('canvas.opening')}</p>}
      {isEmpty && !isLoading && <Welcome />}
      {isReady ? (
        <ClipRoom>
          <CanvasState />
        </ClipRoom>
      ) : (
        !isEmpty && <CanvasState />
      )}
      {isDropping && <div className="drop-here">{t('canvas.drop')}</div>}
    </div>
  );
}

function PictureCanvas() {
  const area = useStage();
  useEffect(followMask, []);
  const isEmpty = useStudio(({ sources }) => sources.length === 0);
  const isLoading = useStudio(({ phase }) => phase === 'loading');
  const isDropping = useStudio((state) => state.isDropping);
  return (
    <div className="canvas">
      <section
        ref={area}
        className="canvas-area"
        aria-label={t('canvas.area')}
        tabIndex={isEmpty ? -1 : 0}
        data-empty={isEmpty}
      />
      {isLoading && <p className="canvas-message dim">{t('canvas.opening')}</p>}
      {isEmpty && !isLoading && <Welcome />}
      {!isEmpty && <CanvasState />}
      {!isEmpty && (
        <div className="canvas-bars">
          <MaskTools />
          <CanvasTools />
        </div>
      )}
      {isDropping && <div className="drop-here">{t('canvas.drop')}</div>}
    </div>
  );
}
