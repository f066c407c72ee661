import { GENERATE_NAME_TOKENS, GENERATED_FORMATS } from '../../../contract/generate-recipe.ts';
import { firstSeed, type PageStep } from '../../../contract/generate-settings.ts';
import { whyNoVector } from '../../../contract/rules.ts';
import { attempt, bridge } from '../../app/bridge.ts';
import { changeGenerate, changeMadeOutput } from '../../app/generate-changes.ts';
import { useStudio } from '../../app/store.ts';
import { ExistingPick } from '../../inspector/ExistingPick.tsx';
import { NameField } from '../../inspector/NameField.tsx';
import { QualityField } from '../../inspector/QualityField.tsx';
import { Pick } from '../../ui/Pick.tsx';
import { t } from '../../ui/words.ts';
import { firstWords } from './first-words.ts';
import { conditionText } from './latent-words.ts';
import { stepOf } from './presets.ts';

const LOSSLESS: readonly string[] = ['png', 'tiff', 'svg'];
const EXTENSIONS = { png: 'png', jpeg: 'jpg', webp: 'webp', avif: 'avif', tiff: 'tif', svg: 'svg' } as const;

/** How made pictures are stored and called. */
export function OutputSection() {
  const generate = useStudio((state) => state.generate);
  const { output, kind, rule, folder } = generate;
  const usual = useStudio(({ appSettings }) => appSettings.results);
  const { format, quality, name, existing } = output;
  const canVector = kind === 'rule' && whyNoVector(rule.rule, rule.settings) === undefined;
  const formats = GENERATED_FORMATS.filter((each) => each !== 'svg' || canVector || format === 'svg');
  const values: Record<(typeof GENERATE_NAME_TOKENS)[number], string> = {
    name: '',
    ...namedBy(stepOf(generate)),
    date: new Intl.DateTimeFormat('sv-SE').format(new Date()),
    index: '1',
  };
  const example = name.replace(/\{(\w+)\}/g, (whole, part: keyof typeof values) => values[part] ?? whole);
  const place = folder ?? usual;
  const choose = async () => {
    const found = await attempt(bridge.chooseFolder({ what: 'results' }));
    if (found) changeGenerate({ folder: found });
  };
  return (
    <section className="section" aria-labelledby="output">
      <h2 id="output">{t('restore.output')}</h2>
      <div className="row fields">
        <Pick
          label={t('restore.format')}
          value={format}
          options={formats.map((value) => ({ value, text: t(`generate.formats.${value}`) }))}
          onChange={(value) => changeMadeOutput({ format: value })}
        />
        <QualityField
          value={quality}
          isOff={LOSSLESS.includes(format)}
          onChange={(value) => changeMadeOutput({ quality: value })}
        />
      </div>
      <NameField
        template={name}
        parts={GENERATE_NAME_TOKENS.map((part) => ({
          part,
          label: t(`generate.part.${part}`),
          value: values[part],
        }))}
        example={`${example}.${EXTENSIONS[format]}`}
        onChange={(next) => changeMadeOutput({ name: next })}
      />
      <div className="row folder">
        <span className="dim folder-name">
          {place ? t('restore.inFolder', { folder: place.name }) : t('generate.usualFolder')}
        </span>
        <button type="button" className="link" onClick={() => void choose()}>
          {t('restore.chooseFolder')}
        </button>
      </div>
      <ExistingPick value={existing} onChange={(value) => changeMadeOutput({ existing: value })} />
    </section>
  );
}

/** What of a step goes into a file's name. */
function namedBy(step: PageStep) {
  const seed = String(firstSeed(step) + (step.kind === 'latent' ? step.picture : 0));
  switch (step.kind) {
    case 'rule':
      return { prompt: step.rule, seed, model: step.rule };
    case 'latent':
      return { prompt: conditionText(step) ?? step.model, seed, model: step.model };
    case 'diffusion':
      return { prompt: firstWords(step.prompt), seed, model: step.model ?? '' };
  }
}
