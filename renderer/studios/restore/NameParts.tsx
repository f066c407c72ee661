import { DropdownMenu } from 'radix-ui';
import { type RefObject, useRef } from 'react';
import { changeOutput } from '../../app/store.ts';
import { floating } from '../../ui/floating.ts';
import { t } from '../../ui/words.ts';
import { type ExampleOf, NAME_PARTS, partValue, withPart } from './name-example.ts';

/** What a file name can be made of; one that is pressed goes where the caret was. */
export function NameParts({
  field,
  example,
}: {
  field: RefObject<HTMLInputElement | null>;
  example: ExampleOf;
}) {
  const caret = useRef<number | undefined>(undefined);
  const insert = (part: (typeof NAME_PARTS)[number]) => {
    const { value = '', selectionStart, selectionEnd } = field.current ?? {};
    const start = selectionStart ?? value.length;
    const made = withPart(value, part, start, selectionEnd ?? start);
    caret.current = made.caret;
    changeOutput({ name: made.template });
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
          {NAME_PARTS.map((part) => (
            <DropdownMenu.Item key={part} className="menu-row" onSelect={() => insert(part)}>
              <code>{`{${part}}`}</code>
              <span>{t(`restore.part.${part}`)}</span>
              <span className="faint menu-value">{partValue(part, example)}</span>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
