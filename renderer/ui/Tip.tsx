import { Tooltip } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { floating } from './floating.ts';

interface TipProps {
  text: ReactNode;
  keys?: string;
  side?: 'top' | 'bottom' | 'left';
  children: ReactElement;
}

/** A tooltip with the key that does the same. */
export function Tip({ text, keys, side = 'top', children }: TipProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal container={floating}>
        <Tooltip.Content className="tip" side={side} sideOffset={6} collisionPadding={8}>
          {text}
          {keys && <kbd>{keys}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
