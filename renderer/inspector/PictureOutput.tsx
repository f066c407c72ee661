import { type ReactNode, useRef } from 'react';
import type { OutputRules } from '../../contract/recipe.ts';
import { useOneStep } from '../app/undo.ts';
import { Pick } from '../ui/Pick.tsx';
import { t } from '../ui/words.ts';
import { NameParts } from './NameParts.tsx';
import { templateProblem } from './name-template.ts';
import { exampleName } from './picture-name.ts';

const FORMATS: { value: Exclude<OutputRules['format'], 'same'>; text: string }[] = [
  { value: 'png', text: 'PNG' },
  { value: 'jpeg', text: 'JPEG' },
  { value: 'webp', text: 'WebP' },
  { value: 'avif', text: 'AVIF' },
  { value: 'tiff', text: 'TIFF' },
];
const EXISTING: readonly OutputRules['existing'][] = ['skip', 'rename', 'overwrite'];
const LOSSLESS: readonly OutputRules['format'][] = ['png', 'tiff'];

interface PictureOutputProps {
  output: OutputRules;
  onChange(patch: Partial<OutputRules>): void;
  /** What file names can be made of, and what each comes to. */
  parts: readonly { part: string; label: string; value: string }[];
  /** File name of the source on the canvas. */
  source: string | undefined;
  /** Where results go. */
  children: ReactNode;
}

/** How resulting pictures are stored and called. */
export function PictureOutput({ output, onChange, parts, source, children }: PictureOutputProps) {
  const { format, quality, existing, stripPrivate } = output;
  const field = useRef<HTMLInputElement>(null);
  const oneStep = useOneStep();
  const problem = templateProblem(
    output.name,
    parts.map(({ part }) => part),
  );
  const values = Object.fromEntries(parts.map(({ part, value }) => [part, value]));
  return (
    <>
      <div className="row fields">
        <Pick
          label={t('restore.format')}
          value={format}
          options={[{ value: 'same', text: t('restore.sameFormat') }, ...FORMATS]}
          onChange={(value) => onChange({ format: value })}
        />
        <label className="field quality" data-off={LOSSLESS.includes(format)}>
          <span className="hidden">{t('restore.quality')}</span>
          <input
            type="number"
            {...oneStep}
            min={1}
            max={100}
            disabled={LOSSLESS.includes(format)}
            value={Number.isNaN(quality) ? '' : quality}
            onChange={({ target }) => onChange({ quality: target.valueAsNumber })}
          />
          <span aria-hidden="true">%</span>
        </label>
      </div>
      <div className="row fields">
        <input
          ref={field}
          className="field"
          aria-label={t('restore.name')}
          aria-invalid={problem !== undefined}
          aria-describedby="name-example"
          spellCheck={false}
          {...oneStep}
          value={output.name}
          onChange={({ target }) => onChange({ name: target.value })}
        />
        <NameParts field={field} parts={parts} onChange={(name) => onChange({ name })} />
      </div>
      <p id="name-example" className={problem ? 'note bad' : 'note faint'}>
        {problem ?? exampleName(output.name, values, format, source ?? '')}
      </p>
      {children}
      <Pick
        label={t('restore.existing.title')}
        value={existing}
        options={EXISTING.map((value) => ({ value, text: t(`restore.existing.${value}`) }))}
        onChange={(value) => onChange({ existing: value })}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={stripPrivate}
          onChange={({ target }) => onChange({ stripPrivate: target.checked })}
        />
        {t('restore.private')}
      </label>
    </>
  );
}
