import { useOneStep } from '../../app/undo.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Pick } from '../../ui/Pick.tsx';
import { t } from '../../ui/words.ts';

interface Size {
  width: number;
  height: number;
}

interface SizeFieldsProps extends Size {
  /** Those that are usual. */
  sizes: readonly Size[];
  /** Sides are multiples of it, within these bounds; pixels. */
  step: number;
  min: number;
  max: number;
  onChange(size: Partial<Size>): void;
}

const OWN = 'own';

/** Width and height: usual ones by name, any others as numbers. */
export function SizeFields({ width, height, sizes, step, min, max, onChange }: SizeFieldsProps) {
  const oneStep = useOneStep();
  const name = (size: Size) => `${size.width} × ${size.height}`;
  const usual = sizes.find((size) => size.width === width && size.height === height);
  const side = (label: string, value: number, change: (pixels: number) => void) => (
    <input
      className="field"
      type="number"
      aria-label={label}
      {...{ min, max, step }}
      {...oneStep}
      value={Number.isNaN(value) ? '' : value}
      onChange={({ target }) => change(target.valueAsNumber)}
    />
  );
  return (
    <>
      <Pick
        label={t('generate.sizes')}
        value={usual ? name(usual) : OWN}
        options={[
          ...(usual ? [] : [{ value: OWN, text: t('generate.ownSize') }]),
          ...sizes.map((size) => ({ value: name(size), text: name(size) })),
        ]}
        onChange={(chosen) => {
          const size = sizes.find((each) => name(each) === chosen);
          if (size) onChange(size);
        }}
      />
      <div className="row fields">
        {side(t('generate.width'), width, (pixels) => onChange({ width: pixels }))}
        <button
          type="button"
          className="button menu-button"
          aria-label={t('generate.swap')}
          onClick={() => onChange({ width: height, height: width })}
        >
          <Icon name="swap" />
        </button>
        {side(t('generate.height'), height, (pixels) => onChange({ height: pixels }))}
      </div>
    </>
  );
}
