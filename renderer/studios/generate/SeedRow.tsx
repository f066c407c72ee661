import type { ReactNode } from 'react';
import { useOneStep } from '../../app/undo.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { t } from '../../ui/words.ts';

interface SeedRowProps {
  seed: number;
  isOff?: boolean;
  children?: ReactNode;
  onChange(seed: number): void;
}

/** The seed, and a dice for another one. */
export function SeedRow({ seed, isOff = false, children, onChange }: SeedRowProps) {
  const oneStep = useOneStep();
  return (
    <div className="row fields">
      <input
        className="field"
        type="number"
        aria-label={t('generate.seed')}
        min={0}
        step={1}
        disabled={isOff}
        {...oneStep}
        value={isOff || Number.isNaN(seed) ? '' : seed}
        placeholder={isOff ? t('generate.seedRandom') : undefined}
        onChange={({ target }) => onChange(target.valueAsNumber)}
      />
      <ActionButton action="generate.dice" className="button menu-button" label={t('actions.generate.dice')}>
        <Icon name="dice" />
      </ActionButton>
      {children}
    </div>
  );
}
