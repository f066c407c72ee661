import { ActionButton } from '../ui/ActionButton.tsx';
import { Icon } from '../ui/Icon.tsx';
import { selectedSource, useStudio } from './store.ts';

const COMPARISONS = [
  { action: 'view.split', mode: 'split', label: 'Split' },
  { action: 'view.stack', mode: 'stack', label: 'Before above after' },
  { action: 'view.side', mode: 'side', label: 'Side by side' },
  { action: 'view.difference', mode: 'difference', label: 'Difference' },
  { action: 'view.lens', mode: 'lens', label: 'Lens' },
] as const;

/** The bar over the canvas: how to compare, how large, what to do with the result. */
export function CanvasTools() {
  const source = useStudio(selectedSource);
  const mode = useStudio((state) => state.viewMode);
  const gain = useStudio((state) => state.gain);
  const zoom = useStudio((state) => state.zoom);
  const hasDraft = useStudio((state) => state.preview !== undefined || state.isLive);
  // Nothing is on the canvas: the picture is being read, or cannot be.
  if (source?.state !== 'ready' || zoom === 0) return null;
  const hasResult = source.item?.status === 'done' || source.item?.status === 'skipped';
  const hasAfter = hasResult || hasDraft;
  return (
    <div className="canvas-tools" role="toolbar" aria-label="View">
      {hasAfter && (
        <>
          <ActionButton action="view.before" className="tool" isPressed={mode === 'before'}>
            Before
          </ActionButton>
          <ActionButton action="view.after" className="tool" isPressed={mode === 'after'}>
            After
          </ActionButton>
          {COMPARISONS.map(({ action, mode: each, label }) => (
            <ActionButton
              key={action}
              action={action}
              className="tool tool-icon"
              label={label}
              isPressed={mode === each}
            >
              <Icon name={each} />
            </ActionButton>
          ))}
          {mode === 'difference' && (
            <ActionButton
              action="view.gain"
              className="tool numbers"
              label={`Brightened ${gain} times; change`}
            >
              ×{gain}
            </ActionButton>
          )}
          <span className="tool-line" />
        </>
      )}
      <ActionButton action="view.fit" className="tool">
        Fit
      </ActionButton>
      <ActionButton action="view.fill" className="tool">
        Fill
      </ActionButton>
      <ActionButton action="view.actual" className="tool">
        1:1
      </ActionButton>
      <ActionButton action="view.double" className="tool">
        200 %
      </ActionButton>
      <span className="tool-line" />
      <span className="tool-zoom">
        <span className="hidden">Zoom: </span>
        {Math.round(zoom * 100)} %
      </span>
      {hasResult && (
        <>
          <span className="tool-line" />
          <ActionButton
            action="result.reveal"
            className="tool tool-icon"
            label="Show the result in its folder"
          >
            <Icon name="folder" />
          </ActionButton>
          <ActionButton action="result.export" className="tool tool-icon" label="Export a copy">
            <Icon name="save" />
          </ActionButton>
        </>
      )}
    </div>
  );
}
