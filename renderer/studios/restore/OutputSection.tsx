import type { OutputRules } from '../../../contract/recipe.ts';
import { attempt, bridge } from '../../app/bridge.ts';
import { changeOutput, changeSettings, selectedSource, useStudio } from '../../app/store.ts';
import { Pick } from '../../ui/Pick.tsx';
import { modelFor } from './choose.ts';
import { exampleName, templateProblem, tokenList } from './name-example.ts';

const FORMATS: { value: OutputRules['format']; text: string }[] = [
  { value: 'same', text: 'Same as source' },
  { value: 'png', text: 'PNG' },
  { value: 'jpeg', text: 'JPEG' },
  { value: 'webp', text: 'WebP' },
  { value: 'avif', text: 'AVIF' },
  { value: 'tiff', text: 'TIFF' },
];
const EXISTING: { value: OutputRules['existing']; text: string }[] = [
  { value: 'skip', text: 'Skip what is there already' },
  { value: 'rename', text: 'Add a number to the name' },
  { value: 'overwrite', text: 'Replace what is there' },
];
const LOSSLESS: readonly OutputRules['format'][] = ['png', 'tiff'];

export function OutputSection() {
  const { format, quality, name, existing, stripPrivate } = useStudio(({ settings }) => settings.output);
  const problem = templateProblem(name);
  return (
    <section className="section" aria-labelledby="output">
      <h2 id="output">Output</h2>
      <div className="row fields">
        <Pick
          label="Format"
          value={format}
          options={FORMATS}
          onChange={(value) => changeOutput({ format: value })}
        />
        <label className="field quality" data-off={LOSSLESS.includes(format)}>
          <span className="hidden">Quality of JPEG, WebP and AVIF, 1 to 100</span>
          <input
            type="number"
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
        aria-label="File name of the results"
        aria-invalid={problem !== undefined}
        aria-describedby="name-example"
        spellCheck={false}
        value={name}
        onChange={({ target }) => changeOutput({ name: target.value })}
      />
      <NameExample problem={problem} />
      <Folder />
      <Pick
        label="When a file is there already"
        value={existing}
        options={EXISTING}
        onChange={(value) => changeOutput({ existing: value })}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={stripPrivate}
          onChange={({ target }) => changeOutput({ stripPrivate: target.checked })}
        />
        Leave out position (GPS) and serial numbers
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
      {problem ?? example ?? `Parts: ${tokenList()}`}
    </p>
  );
}

function Folder() {
  const chosen = useStudio(({ settings }) => settings.folder);
  const usual = useStudio(({ appSettings }) => appSettings.results);
  const folder = chosen === 'beside' ? undefined : (chosen ?? usual);
  const choose = async () => {
    const found = await attempt(bridge.chooseFolder({ what: 'results' }));
    if (found) changeSettings({ folder: found });
  };
  return (
    <div className="row folder">
      <span className="dim folder-name">{folder ? `In “${folder.name}”` : 'Beside the source'}</span>
      {folder && (
        <button
          type="button"
          className="link"
          onClick={() => changeSettings({ folder: usual ? 'beside' : undefined })}
        >
          Beside the source
        </button>
      )}
      <button type="button" className="link" onClick={() => void choose()}>
        Choose folder…
      </button>
    </div>
  );
}
