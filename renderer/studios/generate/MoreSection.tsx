import type { ChosenFile } from '../../../contract/generate-settings.ts';
import { attempt, bridge } from '../../app/bridge.ts';
import { changeWords } from '../../app/generate-changes.ts';
import { getState, useStudio } from '../../app/store.ts';
import { StepSlider } from '../../inspector/StepSlider.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { t } from '../../ui/words.ts';

/** What few need: folded away until it is asked for. */
export function MoreSection() {
  const { loras, vae, embeddings, clipSkip, rescale } = useStudio(({ generate }) => generate.diffusion);
  const percent = t('units.percent', { percent: Math.round(rescale * 100) });
  return (
    <details className="section more">
      <summary>{t('generate.more')}</summary>
      <div className="more-inside">
        <div className="named-field">
          <span className="row">
            <span className="dim">{t('generate.clipSkip')}</span>
            <span className="dim numbers">{clipSkip}</span>
          </span>
          <StepSlider
            label={t('generate.clipSkip')}
            text={String(clipSkip)}
            value={clipSkip}
            {...{ min: 0, max: 12, step: 1 }}
            onChange={(value) => changeWords({ clipSkip: value })}
          />
        </div>
        <div className="named-field">
          <span className="row">
            <span className="dim">{t('generate.rescale')}</span>
            <span className="dim numbers">{percent}</span>
          </span>
          <StepSlider
            label={t('generate.rescale')}
            text={percent}
            value={Math.round(rescale * 100)}
            {...{ min: 0, max: 100, step: 1 }}
            onChange={(value) => changeWords({ rescale: value / 100 })}
          />
        </div>
        <SecondPass />
        <h3>{t('generate.loras')}</h3>
        {loras.map(({ file, weight }, at) => (
          <div key={file.id} className="named-field">
            <FileRow file={file} onRemove={() => changeWords({ loras: loras.toSpliced(at, 1) })}>
              <span className="dim numbers">{weight}</span>
            </FileRow>
            <StepSlider
              label={t('generate.loraWeight', { name: file.name })}
              text={String(weight)}
              value={weight}
              {...{ min: -2, max: 2, step: 0.05 }}
              onChange={(next) =>
                changeWords({ loras: loras.with(at, { file, weight: Number(next.toFixed(2)) }) })
              }
            />
          </div>
        ))}
        <Add what="lora" text={t('generate.addLora')} />
        <h3>{t('generate.vae')}</h3>
        {vae ? (
          <FileRow file={vae} onRemove={() => changeWords({ vae: undefined })} />
        ) : (
          <p className="faint note">{t('generate.ownVae')}</p>
        )}
        <Add what="vae" text={t('generate.chooseVae')} />
        <h3>{t('generate.embeddings')}</h3>
        <p className="faint note">{t('generate.embeddingsHint')}</p>
        {embeddings.map((file, at) => (
          <FileRow
            key={file.id}
            file={file}
            onRemove={() => changeWords({ embeddings: embeddings.toSpliced(at, 1) })}
          />
        ))}
        <Add what="embedding" text={t('generate.addEmbedding')} />
      </div>
    </details>
  );
}

/** What the second pass makes anew at first. */
const HIRES_STRENGTH = 0.5;

/** Another pass over the picture enlarged; once is none. */
function SecondPass() {
  const hires = useStudio(({ generate }) => generate.diffusion.hires);
  const { scale, strength } = hires ?? { scale: 1, strength: HIRES_STRENGTH };
  const times = hires ? t('generate.hires.times', { times: scale }) : t('generate.hires.none');
  const percent = t('units.percent', { percent: Math.round(strength * 100) });
  return (
    <>
      <div className="named-field">
        <span className="row">
          <span className="dim">{t('generate.hires.title')}</span>
          <span className="dim numbers">{times}</span>
        </span>
        <StepSlider
          label={t('generate.hires.title')}
          text={times}
          value={scale}
          {...{ min: 1, max: 4, step: 0.25 }}
          onChange={(next) => changeWords({ hires: next > 1 ? { scale: next, strength } : undefined })}
        />
      </div>
      {hires && (
        <div className="named-field">
          <span className="row">
            <span className="dim">{t('generate.hires.strength')}</span>
            <span className="dim numbers">{percent}</span>
          </span>
          <StepSlider
            label={t('generate.hires.strength')}
            text={percent}
            value={Math.round(strength * 100)}
            {...{ min: 0, max: 100, step: 1 }}
            onChange={(value) => changeWords({ hires: { scale, strength: value / 100 } })}
          />
        </div>
      )}
    </>
  );
}

interface FileRowProps {
  file: ChosenFile;
  children?: React.ReactNode;
  onRemove(): void;
}

function FileRow({ file, children, onRemove }: FileRowProps) {
  return (
    <span className="row">
      <span className="dim cut-off">{file.name}</span>
      {children}
      <button
        type="button"
        className="reset-one"
        aria-label={t('generate.removeFile', { name: file.name })}
        onClick={onRemove}
      >
        <Icon name="stop" />
      </button>
    </span>
  );
}

type Kind = 'lora' | 'vae' | 'embedding';

function Add({ what, text }: { what: Kind; text: string }) {
  return (
    <button type="button" className="link" onClick={() => void add(what)}>
      {text}
    </button>
  );
}

/** A file that is there already is not added again. */
async function add(what: Kind): Promise<void> {
  const file = await attempt(bridge.chooseGenerateFile({ what }));
  if (!file) return;
  const { loras, embeddings } = getState().generate.diffusion;
  const isNew = (all: readonly ChosenFile[]) => !all.some(({ id }) => id === file.id);
  if (what === 'vae') changeWords({ vae: file });
  else if (what === 'embedding' && isNew(embeddings)) changeWords({ embeddings: [...embeddings, file] });
  else if (what === 'lora' && isNew(loras.map((each) => each.file)))
    changeWords({ loras: [...loras, { file, weight: 1 }] });
}
