import { type ComponentProps, useRef } from 'react';
import { useOneStep } from '../app/undo.ts';
import { t } from '../ui/words.ts';
import { NameParts } from './NameParts.tsx';
import { templateProblem } from './name-template.ts';

interface NameFieldProps extends Pick<ComponentProps<typeof NameParts>, 'parts' | 'onChange'> {
  template: string;
  /** The file name that it comes to. */
  example: string;
}

/** The template of file names, what it can be made of, and what it comes to or what is wrong with it. */
export function NameField({ template, parts, example, onChange }: NameFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const oneStep = useOneStep();
  const problem = templateProblem(
    template,
    parts.map(({ part }) => part),
  );
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
          onChange={({ target }) => onChange(target.value)}
        />
        <NameParts field={field} parts={parts} onChange={onChange} />
      </div>
      <p id="name-example" className={problem ? 'note bad' : 'note faint'}>
        {problem ?? example}
      </p>
    </>
  );
}
