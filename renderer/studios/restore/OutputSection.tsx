import type { OutputRules } from '../../../contract/recipe.ts';
import { attempt, bridge } from '../../app/bridge.ts';
import { changeOutput, changeSettings, selectedSource, useStudio } from '../../app/store.ts';
import { useOneStep } from '../../app/undo.ts';
import { Pick } from '../../ui/Pick.tsx';
import { t } from '../../ui/words.ts';
import { modelFor } from './choose.ts';
import { exampleName, templateProblem, tokenList } from './name-example.ts';

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
  const { format, quality, name, existing, stripPrivate } = useStudio(({ settings }) => settings.output);
  const problem = templateProblem(name);
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
      <input
        className="field"
        aria-label={t('restore.name')}
        aria-invalid={problem !== undefined}
        aria-describedby="name-example"
        spellCheck={false}
        {...oneStep}
        value={name}
        onChange={({ target }) => changeOutput({ name: target.value })}
      />
      <NameExample problem={problem} />
      <Folder />
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

function NameExample({ problem }: { problem: string | undefined }) {
  const source = useStudio(selectedSource);
  const { family, scale, output } = useStudio((state) => state.settings);
  const model = useStudio(({ models }) => modelFor(models, family, scale)?.id);
  const index = useStudio(({ sources, selected }) => sources.findIndex(({ id }) => id === selected) + 1);
  const example =
    source &&
    exampleName(output.name, {
      source: source.name,
      model: model ?? '',
      scale,
      format: output.format,
      index: Math.max(1, index),
      date: new Date(),
    });
  return (
    <p id="name-example" className={problem ? 'note bad' : 'note faint'}>
      {problem ?? example ?? t('restore.parts', { parts: tokenList() })}
    </p>
  );
}

function Folder() {
  const folder = useStudio(({ settings }) => settings.folder);
  const choose = async () => {
    const chosen = await attempt(bridge.chooseFolder());
    if (chosen) changeSettings({ folder: chosen });
  };
  return (
    <div className="row folder">
      <span className="dim folder-name">
        {folder ? t('restore.inFolder', { folder: folder.name }) : t('restore.beside')}
      </span>
      {folder && (
        <button type="button" className="link" onClick={() => changeSettings({ folder: undefined })}>
          {t('restore.beside')}
        </button>
      )}
      <button type="button" className="link" onClick={() => void choose()}>
        {t('restore.chooseFolder')}
      </button>
    </div>
  );
}
