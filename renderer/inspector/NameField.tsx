import { type ComponentProps, useRef } from 'react';
import { useOneStep } from '../app/undo.ts';
import { t } from '../ui/words.ts';
import { NameParts } from './NameParts.tsx';
import { templateProblem, wordsOf } from './name-template.ts';
import { Suggestions } from './suggest/Suggestions.tsx';
import { useSuggestions } from './suggest/use-suggestions.ts';

interface NameFieldProps extends Pick<ComponentProps<typeof NameParts>, 'parts' | 'onChange'> {
  template: string;
  /** The file name that it comes to. */
  example: string;
}

/**
 * The template of file names, what it can be made of, and what it comes to or what is wrong with it. Words that were
 * learnt say how it could go on.
 */
export function NameField({ template, parts, example, onChange }: NameFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const oneStep = useOneStep();
  const problemOf = (text: string) =>
    templateProblem(
      text,
      parts.map(({ part }) => part),
    );
  const problem = problemOf(template);
  const words = wordsOf(template);
  const taken = (text: string) => template.slice(0, template.length - words.length) + text;
  // A caption may hold what a file's name cannot.
  const suggestions = useSuggestions(words, true, (text) => problemOf(taken(text)) === undefined);
  const take = (text: string) => {
    suggestions.typed(text);
    onChange(taken(text));
  };
  return (
    <>
      <div className="row fields">
        <input
          ref={field}
          className="field"
          aria-label={t('restore.name')}
          aria-invalid={problem !== undefined}
          aria-describedby="name-example"
          spellCheck={false}
          {...oneStep}
          value={template}
          onKeyDown={(event) => suggestions.press(event, take)}
          onChange={({ target }) => {
            suggestions.typed(wordsOf(target.value));
            onChange(target.value);
          }}
        />
        <NameParts field={field} parts={parts} onChange={onChange} />
      </div>
      <Suggestions text={words} texts={suggestions.texts} take={take} />
      <p id="name-example" className={problem ? 'note bad' : 'note faint'}>
        {problem ?? example}
      </p>
    </>
  );
}
