import type { ReactNode } from 'react';
import type { ActionId } from '../../contract/actions.ts';
import { isEnabled, runAction } from '../app/actions.ts';
import { useKeyText } from '../app/keys.ts';
import { useStudio } from '../app/store.ts';
import { Tip } from './Tip.tsx';
import { t } from './words.ts';

interface ActionButtonProps {
  action: ActionId;
  className?: string;
  /** What it says; left out: the action's own label. */
  children?: ReactNode;
  /** Where the children are no words. */
  label?: string;
  isPressed?: boolean;
  /** Ids of text that says why it cannot be pressed. */
  describedBy?: string;
}

/** A button for an action of the contract's table: enabled, named and keyed from there. */
export function ActionButton(props: ActionButtonProps) {
  const { action, className = 'button', children, label, isPressed, describedBy } = props;
  const enabled = useStudio((state) => isEnabled(action, state));
  const keyText = useKeyText();
  return (
    <Tip text={t(`actions.${action}`)} keys={keyText(action)}>
      <button
        type="button"
        className={className}
        // Stays in the tab order, so that its reasons can be read.
        aria-disabled={!enabled}
        aria-label={label}
        aria-pressed={isPressed}
        aria-describedby={describedBy}
        onClick={() => void runAction(action)}
      >
        {children ?? t(`actions.${action}`)}
      </button>
    </Tip>
  );
}
