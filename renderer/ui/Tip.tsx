import { Tooltip } from 'radix-ui';
import { type ReactElement, useState } from 'react';

interface TipProps {
  text: string;
  keys?: string;
  side?: 'top' | 'bottom' | 'left';
  children: ReactElement;
}

/** A tooltip with the key that does the same. */
export function Tip({ text, keys, side = 'top', children }: TipProps) {
  // Among the landmarks: whoever goes from one to the next meets it too.
  const [place, setPlace] = useState<HTMLElement | null>(null);
  return (
    <Tooltip.Root onOpenChange={() => setPlace(document.querySelector('main'))}>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal container={place}>
        <Tooltip.Content className="tip" side={side} sideOffset={6} collisionPadding={8}>
          {text}
          {keys && <kbd>{keys}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
