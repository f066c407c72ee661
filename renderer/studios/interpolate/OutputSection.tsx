import {
  CLIP_CONTAINERS,
  type ClipCodec,
  DEFAULT_QUALITY,
  MOST_QUALITY,
} from '../../../contract/clip-coding.ts';
import { CLIP_NAME_TOKENS, type ClipOutput } from '../../../contract/clip-recipe.ts';
import { DEFAULT_INTERPOLATION } from '../../../contract/tasks.ts';
import { changeClipOutput, selectedSource, setState, useStudio } from '../../app/store.ts';
import { useOneStep } from '../../app/undo.ts';
import { ExistingPick } from '../../inspector/ExistingPick.tsx';
import { FolderRow } from '../../inspector/FolderRow.tsx';
import { NameField } from '../../inspector/NameField.tsx';
import { Pick } from '../../ui/Pick.tsx';
import { t } from '../../ui/words.ts';
import { sourceRate } from './estimate.ts';
import { type Plan, usePlan } from './plan.ts';
import { rateNumber, resultRate } from './rates.ts';

const CODECS: readonly ClipCodec[] = ['h264', 'h265', 'av1', 'vp9', 'prores', 'ffv1', 'png'];
const SOUNDS = ['usual', 'copy', 'stretch', 'none'] as const;

/** How the result is stored, and what becomes of everything beside the picture. */
export function OutputSection() {
  const output = useStudio(({ clip }) => clip.output);
  const slow = useStudio(({ clip }) => clip.step.slow);
  const folder = useStudio(({ clip }) => clip.folder);
  // One plan for all that shows of it: main is asked once.
  const plan = usePlan();
  const parts = useNameParts();
  const { codec, container, audio, existing } = output;
  const isClip = codec !== 'png';
  return (
    <section className="section" aria-labelledby="output">
      <h2 id="output">{t('restore.output')}</h2>
      <div className="row fields">
        <Pick
          label={t('interpolate.codec')}
          value={codec}
          options={CODECS.map((value) => ({ value, text: t(`interpolate.codecs.${value}`) }))}
          // Each codec has a measure of its own.
          onChange={(value) => changeClipOutput({ codec: value, quality: undefined })}
        />
        {MOST_QUALITY[codec] > 0 && <Quality output={output} />}
      </div>
      {isClip && (
        <div className="row fields">
          <Pick
            label={t('interpolate.container')}
            value={container ?? 'same'}
            options={[
              { value: 'same', text: t('interpolate.sameContainer') },
              ...CLIP_CONTAINERS.map((value) => ({ value, text: value.toUpperCase() })),
            ]}
            onChange={(value) => changeClipOutput({ container: value === 'same' ? undefined : value })}
          />
          <Pick
            label={t('interpolate.sound')}
            value={audio ?? 'usual'}
            options={SOUNDS.filter((value) => slow === 1 || value !== 'copy')
              .map((value) => ({
                value,
                text:
                  value === 'usual'
                    ? t(slow > 1 ? 'interpolate.sounds.stretch' : 'interpolate.sounds.copy')
                    : t(`interpolate.sounds.${value}`),
              }))
              .filter(
                ({ value, text }, at, all) =>
                  value === audio || all.findIndex((one) => one.text === text) === at,
              )}
            onChange={(value) => changeClipOutput({ audio: value === 'usual' ? undefined : value })}
          />
        </div>
      )}
      <NameField
        template={output.name}
        parts={parts}
        example={plan?.ok ? plan.value.name : ''}
        onChange={(name) => changeClipOutput({ name })}
      />
      <FolderRow
        chosen={folder}
        onChange={(chosen) => setState(({ clip }) => ({ clip: { ...clip, folder: chosen } }))}
      />
      <ExistingPick value={existing} onChange={(value) => changeClipOutput({ existing: value })} />
      <Notes plan={plan} />
    </section>
  );
}

/** The codec's own measure; of ProRes its profiles by name. */
function Quality({ output: { codec, quality = DEFAULT_QUALITY[codec] } }: { output: ClipOutput }) {
  const oneStep = useOneStep();
  if (codec === 'prores')
    return (
      <Pick
        label={t('interpolate.profile')}
        value={String(quality)}
        options={['Proxy', 'LT', '422', 'HQ', '4444', '4444 XQ'].map((text, at) => ({
          value: String(at),
          text,
        }))}
        onChange={(value) => changeClipOutput({ quality: Number(value) })}
      />
    );
  return (
    <label className="field quality">
      <span className="hidden">{t('interpolate.quality', { most: MOST_QUALITY[codec] })}</span>
      <input
        type="number"
        {...oneStep}
        min={0}
        max={MOST_QUALITY[codec]}
        value={Number.isNaN(quality) ? '' : quality}
        onChange={({ target }) => changeClipOutput({ quality: target.valueAsNumber })}
      />
      <span aria-hidden="true">{t('interpolate.measure')}</span>
    </label>
  );
}

/** What a file name can be made of, for the clip on screen. */
function useNameParts() {
  const source = useStudio(selectedSource);
  const step = useStudio(({ clip }) => clip.step);
  const made = resultRate(step, source && sourceRate(source, step));
  const values = {
    name: source ? source.name.replace(/\.[^.]+$/, '') : t('interpolate.exampleFile'),
    fps: made ? rateNumber(made) : '60',
    slow: String(step.slow),
    model: step.model ?? DEFAULT_INTERPOLATION,
    date: new Intl.DateTimeFormat('sv-SE').format(new Date()),
    index: '1',
  };
  return CLIP_NAME_TOKENS.map((part) => ({
    part,
    label: t(`interpolate.part.${part}`),
    value: values[part],
  }));
}

/** What will be converted or left out: known before the first frame. */
function Notes({ plan }: { plan: Plan | undefined }) {
  if (!plan) return null;
  if (!plan.ok)
    return (
      <p className="note bad" role="alert" lang="en">
        {plan.error.message} {plan.error.hint}
      </p>
    );
  if (plan.value.notes.length === 0) return null;
  return (
    <ul className="reasons" aria-label={t('interpolate.notes')} lang="en">
      {plan.value.notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
