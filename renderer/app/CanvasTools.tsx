import { ActionButton } from '../ui/ActionButton.tsx';
import { Icon } from '../ui/Icon.tsx';
import { t } from '../ui/words.ts';
import { ResultTools } from './ResultTools.tsx';
import { selectedSource, useStudio } from './store.ts';

const COMPARISONS = [
  { action: 'view.split', mode: 'split' },
  { action: 'view.stack', mode: 'stack' },
  { action: 'view.side', mode: 'side' },
  { action: 'view.difference', mode: 'difference' },
  { action: 'view.lens', mode: 'lens' },
] as const;

/** The bar over the canvas: how to compare, how large, what to do with the result. */
export function CanvasTools() {
  const source = useStudio(selectedSource);
  const mode = useStudio((state) => state.viewMode);
  const gain = useStudio((state) => state.gain);
  const zoom = useStudio((state) => state.zoom);
  const hasDraft = useStudio((state) => state.preview !== undefined || state.isLive);
  const isOfMade = useStudio(({ studio }) => studio === 'generate');
  const hasBeside = useStudio(({ besideMade }) => besideMade !== undefined);
  // Nothing is on the canvas: the picture is being read, or cannot be.
  if ((source?.state !== 'ready' && !isOfMade) || zoom === 0) return null;
  const isDone = source?.item?.status === 'done' || source?.item?.status === 'skipped';
  const hasResult = isDone && !isOfMade;
  const hasAfter = isOfMade ? hasBeside : hasResult || hasDraft;
  return (
    <div className="canvas-tools" role="toolbar" aria-label={t('canvas.tools.title')}>
      {hasAfter && (
        <>
          <ActionButton action="view.before" className="tool" isPressed={mode === 'before'}>
            {t('canvas.tools.before')}
          </ActionButton>
          <ActionButton action="view.after" className="tool" isPressed={mode === 'after'}>
            {t('canvas.tools.after')}
          </ActionButton>
          {COMPARISONS.map(({ action, mode: each }) => (
            <ActionButton
              key={action}
              action={action}
              className="tool tool-icon"
              label={t(`canvas.modes.${each}`)}
              isPressed={mode === each}
            >
              <Icon name={each} />
            </ActionButton>
          ))}
          {mode === 'difference' && (
            <ActionButton
              action="view.gain"
              className="tool numbers"
              label={t('canvas.tools.gain', { gain })}
            >
              ×{gain}
            </ActionButton>
          )}
          <span className="tool-line" />
        </>
      )}
      <ActionButton action="view.fit" className="tool" />
      <ActionButton action="view.fill" className="tool" />
      <ActionButton action="view.actual" className="tool">
        1:1
      </ActionButton>
      <ActionButton action="view.double" className="tool">
        {t('units.percent', { percent: 200 })}
      </ActionButton>
      <span className="tool-line" />
      <span className="tool-zoom">
        <span className="hidden">{t('canvas.tools.zoom')} </span>
        {t('units.percent', { percent: Math.round(zoom * 100) })}
      </span>
      {hasResult && (
        <>
          <span className="tool-line" />
          <ResultTools />
        </>
      )}
    </div>
  );
}
