import { useOneStep } from '../app/undo.ts';
import { t } from '../ui/words.ts';

interface QualityFieldProps {
  value: number;
  /** The format loses nothing: there is none to choose. */
  isOff: boolean;
  onChange(value: number): void;
}

/** How good a picture is stored, percent. */
export function QualityField({ value, isOff, onChange }: QualityFieldProps) {
  const oneStep = useOneStep();
  return (
    <label className="field quality" data-off={isOff}>
      <span className="hidden">{t('restore.quality')}</span>
      <input
        type="number"
        {...oneStep}
        min={1}
        max={100}
        disabled={isOff}
        value={Number.isNaN(value) ? '' : value}
        onChange={({ target }) => onChange(target.valueAsNumber)}
      />
      <span aria-hidden="true">%</span>
    </label>
  );
}
