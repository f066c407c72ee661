import { changeOutput, changeSettings, selectedSource, useStudio } from '../../app/store.ts';
import { FolderRow } from '../../inspector/FolderRow.tsx';
import { PictureOutput } from '../../inspector/PictureOutput.tsx';
import { t } from '../../ui/words.ts';
import { type ExampleOf, NAME_PARTS, partValue } from './name-example.ts';
import { chainOf, scaleOfSteps } from './steps.ts';

/** How restored pictures are stored and called. */
export function OutputSection() {
  const settings = useStudio((state) => state.settings);
  const models = useStudio((state) => state.models);
  const source = useStudio(selectedSource);
  const index = useStudio(({ sources, selected }) => sources.findIndex(({ id }) => id === selected) + 1);
  const { output, folder } = settings;
  const { steps } = chainOf(settings, models);
  const example: ExampleOf = {
    source: source?.name ?? t('restore.exampleFile'),
    model: steps.map(({ model }) => model ?? '').join('+'),
    scale: scaleOfSteps(steps, models),
    index: Math.max(1, index),
    date: new Date(),
  };
  return (
    <section className="section" aria-labelledby="output">
      <h2 id="output">{t('restore.output')}</h2>
      <PictureOutput
        output={output}
        onChange={changeOutput}
        parts={NAME_PARTS.map((part) => ({
          part,
          label: t(`restore.part.${part}`),
          value: partValue(part, example),
        }))}
        source={example.source}
      >
        <FolderRow chosen={folder} onChange={(chosen) => changeSettings({ folder: chosen })} />
      </PictureOutput>
    </section>
  );
}
