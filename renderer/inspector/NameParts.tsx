import { DropdownMenu } from 'radix-ui';
import { type RefObject, useRef } from 'react';
import { floating } from '../ui/floating.ts';
import { t } from '../ui/words.ts';
import { withPart } from './name-template.ts';

interface NamePart {
  part: string;
  label: string;
  /** What it comes to. */
  value: string;
}

interface NamePartsProps {
  field: RefObject<HTMLInputElement | null>;
  parts: readonly NamePart[];
  onChange(template: string): void;
}

/** What a file name can be made of; one that is pressed goes where the caret was. */
export function NameParts({ field, parts, onChange }: NamePartsProps) {
  const caret = useRef<number | undefined>(undefined);
  const insert = (part: string) => {
    const { value = '', selectionStart, selectionEnd } = field.current ?? {};
    const start = selectionStart ?? value.length;
    const made = withPart(value, part, start, selectionEnd ?? start);
    caret.current = made.caret;
    onChange(made.template);
  };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className="button parts-button">{t('restore.partsButton')}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={floating}>
        <DropdownMenu.Content
          className="menu"
          align="end"
          sideOffset={6}
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            if (caret.current === undefined) return;
            // Typing goes on behind the part.
            event.preventDefault();
            field.current?.focus();
            field.current?.setSelectionRange(caret.current, caret.current);
            caret.current = undefined;
          }}
        >
          {parts.map(({ part, label, value }) => (
            <DropdownMenu.Item key={part} className="menu-row" onSelect={() => insert(part)}>
              <code>{`{${part}}`}</code>
              <span>{label}</span>
              <span className="faint menu-value">{value}</span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
