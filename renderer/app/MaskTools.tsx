import { MASK_TOOLS, type MaskTool } from '../canvas/mask/tools.ts';
import { StepSlider } from '../inspector/StepSlider.tsx';
import { ActionButton } from '../ui/ActionButton.tsx';
import { Check } from '../ui/Check.tsx';
import { Icon } from '../ui/Icon.tsx';
import { t } from '../ui/words.ts';
import { type StudioState, selectedSource, setState, useStudio } from './store.ts';

type Brush = NonNullable<StudioState['brush']>;

function change(patch: Partial<Brush>): void {
  setState(({ brush }) => ({ brush: brush && { ...brush, ...patch } }));
}

/** The bar under the canvas while a mask is painted: with what, and what else can be done to it. */
export function MaskTools() {
  const brush = useStudio((state) => state.brush);
  const zoom = useStudio((state) => state.zoom);
  if (!brush || zoom === 0) return null;
  return (
    <div className="canvas-tools mask-tools" role="toolbar" aria-label={t('mask.tools')}>
      {MASK_TOOLS.map((tool) => (
        <ActionButton
          key={tool}
          action={`mask.${tool}`}
          className="tool tool-icon"
          label={t(`actions.mask.${tool}`)}
          isPressed={brush.tool === tool}
        >
          <Icon name={tool} />
        </ActionButton>
      ))}
      <span className="tool-line" />
      <Options brush={brush} />
      <ActionButton
        action="mask.show"
        className="tool tool-icon"
        label={t('actions.mask.show')}
        isPressed={brush.isShown}
      >
        <Icon name={brush.isShown ? 'eye' : 'eyeOff'} />
      </ActionButton>
      <ActionButton action="mask.invert" className="tool tool-icon" label={t('actions.mask.invert')}>
        <Icon name="invert" />
      </ActionButton>
      <ActionButton action="mask.feather" className="tool tool-icon" label={t('actions.mask.feather')}>
        <Icon name="feather" />
      </ActionButton>
      <span className="tool-line" />
      <ActionButton action="mask.paint" className="tool">
        {t('mask.done')}
      </ActionButton>
    </div>
  );
}

const HAS_SIZE: readonly MaskTool[] = ['brush', 'eraser'];

/** Sizes are told by their logarithm: twice as large is as far from once as half as large. */
const SIZES = { min: -9, max: -0.75, step: 0.05 };

function Options({ brush }: { brush: Brush }) {
  const { tool, size, hardness, tolerance, isConnected } = brush;
  const pixels = useStudio((state) => {
    const source = selectedSource(state);
    return Math.max(1, Math.round(size * Math.max(source?.width ?? 1, source?.height ?? 1)));
  });
  const percent = (value: number) => t('units.percent', { percent: Math.round(value * 100) });
  if (HAS_SIZE.includes(tool))
    return (
      <>
        <Option label={t('mask.size')} text={t('mask.pixels', { count: pixels })}>
          <StepSlider
            label={t('mask.size')}
            text={t('mask.pixels', { count: pixels })}
            value={Math.log2(size)}
            {...SIZES}
            onChange={(value) => change({ size: 2 ** value })}
          />
        </Option>
        <Option label={t('mask.hardness')} text={percent(hardness)}>
          <StepSlider
            label={t('mask.hardness')}
            text={percent(hardness)}
            value={Math.round(hardness * 100)}
            {...{ min: 0, max: 100, step: 1 }}
            onChange={(value) => change({ hardness: value / 100 })}
          />
        </Option>
        <span className="tool-line" />
      </>
    );
  if (tool !== 'colour') return null;
  return (
    <>
      <Option label={t('mask.tolerance')} text={percent(tolerance)}>
        <StepSlider
          label={t('mask.tolerance')}
          text={percent(tolerance)}
          value={Math.round(tolerance * 100)}
          {...{ min: 0, max: 100, step: 1 }}
          onChange={(value) => change({ tolerance: value / 100 })}
        />
      </Option>
      <Check isOn={isConnected} onChange={(isOn) => change({ isConnected: isOn })}>
        {t('mask.connected')}
      </Check>
      <span className="tool-line" />
    </>
  );
}

function Option({ label, text, children }: { label: string; text: string; children: React.ReactNode }) {
  return (
    <div className="mask-option">
      <span className="mask-option-name">
        {label} <span className="dim numbers">{text}</span>
      </span>
      {children}
    </div>
  );
}
