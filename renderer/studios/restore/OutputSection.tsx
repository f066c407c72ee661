import { useRef } from 'react';
import type { OutputRules } from '../../../contract/recipe.ts';
import { changeOutput, changeSettings, selectedSource, useStudio } from '../../app/store.ts';
import { useOneStep } from '../../app/undo.ts';
import { FolderRow } from '../../inspector/FolderRow.tsx';
import { NameParts } from '../../inspector/NameParts.tsx';
import { templateProblem } from '../../inspector/name-template.ts';
import { Pick } from '../../ui/Pick.tsx';
import { t } from '../../ui/words.ts';
import { type ExampleOf, exampleName, NAME_PARTS, partValue } from './name-example.ts';
import { chainOf, scaleOfSteps } from './steps.ts';

const FORMATS: { value: Exclude<OutputRules['format'], 'same'>; text: string }[] = [
  { value: 'png', text: 'PNG' },
  { value: 'jpeg', text: 'JPEG' },
  { value: 'webp', text: 'WebP' },
  { value: 'avif', text: 'AVIF' },
  { value: 'tiff', text: 'TIFF' },
];
const EXISTING: readonly OutputRules['existing'][] = ['skip', 'rename', 'overwrite'];
const LOSSLESS: readonly OutputRules['format'][] = ['png', 'tiff'];

export function OutputSection() {
  const { format, quality, existing, stripPrivate } = useStudio(({ settings }) => settings.output);
  const folder = useStudio(({ settings }) => settings.folder);
  const oneStep = useOneStep();
  return (
    <section className="section" aria-labelledby="output">
      <h2 id="output">{t('restore.output')}</h2>
      <div className="row fields">
        <Pick
          label={t('restore.format')}
          value={format}
          options={[{ value: 'same', text: t('restore.sameFormat') }, ...FORMATS]}
          onChange={(value) => changeOutput({ format: value })}
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
            onChange={({ target }) => changeOutput({ quality: target.valueAsNumber })}
          />
          <span aria-hidden="true">%</span>
        </label>
      </div>
      <NameField />
      <FolderRow chosen={folder} onChange={(chosen) => changeSettings({ folder: chosen })} />
      <Pick
        label={t('restore.existing.title')}
        value={existing}
        options={EXISTING.map((value) => ({ value, text: t(`restore.existing.${value}`) }))}
        onChange={(value) => changeOutput({ existing: value })}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={stripPrivate}
          onChange={({ target }) => changeOutput({ stripPrivate: target.checked })}
        />
        {t('restore.private')}
      </label>
    </section>
  );
}

/** The template of file names, what it comes to, and what it can be made of. */
function NameField() {
  const field = useRef<HTMLInputElement>(null);
  const oneStep = useOneStep();
  const source = useStudio(selectedSource);
  const settings = useStudio((state) => state.settings);
  const models = useStudio((state) => state.models);
  const { output } = settings;
  const { steps } = chainOf(settings, models);
  const index = useStudio(({ sources, selected }) => sources.findIndex(({ id }) => id === selected) + 1);
  const problem = templateProblem(output.name, NAME_PARTS);
  const example: ExampleOf = {
    source: source?.name ?? t('restore.exampleFile'),
    model: steps.map(({ model }) => model ?? '').join('+'),
    scale: scaleOfSteps(steps, models),
    format: output.format,
    index: Math.max(1, index),
    date: new Date(),
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
          value={output.name}
          onChange={({ target }) => changeOutput({ name: target.value })}
        />
        <NameParts
          field={field}
          parts={NAME_PARTS.map((part) => ({
            part,
            label: t(`restore.part.${part}`),
            value: partValue(part, example),
          }))}
          onChange={(name) => changeOutput({ name })}
        />
      </div>
      <p id="name-example" className={problem ? 'note bad' : 'note faint'}>
        {problem ?? exampleName(output.name, example)}
      </p>
    </>
  );
}
