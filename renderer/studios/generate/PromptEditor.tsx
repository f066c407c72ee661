import { type KeyboardEvent, useId, useLayoutEffect, useRef } from 'react';
import { useOneStep } from '../../app/undo.ts';
import { Suggestions } from '../../inspector/suggest/Suggestions.tsx';
import { useSuggestions } from '../../inspector/suggest/use-suggestions.ts';
import { t } from '../../ui/words.ts';
import type { TokenCount } from './use-tokens.ts';
import { weighWords } from './weigh-words.ts';

/** Tokens that a text encoder reads at once. */
const CHUNK = 75;

interface PromptEditorProps {
  label: string;
  placeholder: string;
  value: string;
  /** Undefined: not known, without a model. */
  count: TokenCount | undefined;
  rows: number;
  /** What keys do, said below; left out: another editor says it. */
  hint?: string;
  /** Words that were learnt say how it could go on. */
  isSuggested?: boolean;
  onChange(text: string): void;
}

/** A text of a prompt: keys weigh its words, and how much of the encoder's room it takes stands below. */
export function PromptEditor(props: PromptEditorProps) {
  const { label, placeholder, value, count, rows, hint, isSuggested = false, onChange } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  /** Where the selection goes once the text is there. */
  const next = useRef<{ start: number; end: number }>(undefined);
  const oneStep = useOneStep();
  const foot = useId();
  const suggestions = useSuggestions(value, isSuggested);
  const take = (text: string) => {
    next.current = { start: text.length, end: text.length };
    suggestions.typed(text);
    onChange(text);
  };
  useLayoutEffect(() => {
    const selection = next.current;
    next.current = undefined;
    if (selection) field.current?.setSelectionRange(selection.start, selection.end);
  });
  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (suggestions.press(event, take)) return;
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key] as 1 | -1 | undefined;
    if (!direction || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = event.currentTarget;
    const weighed = weighWords({ text: value, start: selectionStart, end: selectionEnd }, direction);
    next.current = weighed;
    if (weighed.text !== value) onChange(weighed.text);
  };
  const room = Math.max(1, count?.chunks ?? 1) * CHUNK;
  return (
    <div className="prompt">
      <textarea
        ref={field}
        className="field"
        aria-label={label}
        aria-describedby={foot}
        placeholder={placeholder}
        rows={rows}
        maxLength={20_000}
        {...oneStep}
        value={value}
        onKeyDown={press}
        onChange={({ target }) => {
          suggestions.typed(target.value);
          onChange(target.value);
        }}
      />
      <Suggestions text={value} texts={suggestions.texts} take={take} />
      <p id={foot} className="row faint prompt-foot">
        <span>{hint}</span>
        {count && (
          <span className="numbers" title={t('generate.tokensOf', { tokens: count.tokens, room })}>
            {t('generate.tokens', { tokens: count.tokens, room })}
          </span>
        )}
      </p>
    </div>
  );
}
