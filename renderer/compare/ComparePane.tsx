import { type ReactNode, useEffect, useRef } from 'react';
import type { ModelView } from '../../contract/views.ts';
import { setState, useStudio } from '../app/store.ts';
import type { PaneGrid } from '../canvas/pane-grid.ts';
import { InstallBar } from '../library/InstallBar.tsx';
import { installModels } from '../library/install.ts';
import { modelName } from '../studios/restore/choose.ts';
import { Bar } from '../ui/Bar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Why } from '../ui/Why.tsx';
import { megabytes, seconds, t } from '../ui/words.ts';
import { comparedScale, NO_MODEL } from './compared.ts';
import type { Comparison } from './comparison.ts';
import type { Compared } from './use-comparison.ts';

interface PaneProps {
  /** Its place among the panes, from 0. */
  at: number;
  /** `NO_MODEL`: one is to be chosen yet. */
  model: string;
  shown: Compared;
  isOriginal: boolean;
  close(): void;
}

/** What one model makes of the part in sight. */
export function ComparePane({ at, model: id, shown, isOriginal, close }: PaneProps) {
  const models = useStudio((state) => state.models);
  const model = models.find((each) => each.id === id);
  const { comparison, grid } = shown;
  const time = comparison.timeOf(id);
  return (
    <li className="compare-pane">
      <div className="compare-head">
        <ModelPick at={at} model={model} />
        <span className="faint numbers compare-time">{time !== undefined && seconds(time)}</span>
        {model && (
          <button
            type="button"
            className="button compare-use"
            aria-label={t('compare.useName', { name: modelName(model.name) })}
            onClick={() => {
              close();
              chooseModel(model);
            }}
          >
            {t('library.choose')}
          </button>
        )}
        <button
          type="button"
          className="step-tool"
          aria-label={t('compare.remove', { name: model ? modelName(model.name) : t('compare.empty') })}
          onClick={() => setState(({ compared }) => ({ compared: compared?.filter((each) => each !== id) }))}
        >
          <Icon name="stop" />
        </button>
      </div>
      <View
        grid={grid}
        label={t('compare.view', { name: model ? modelName(model.name) : t('compare.empty') })}
        draftOf={() => comparison.draftOf(id)}
      >
        {model ? (
          <Said model={model} comparison={comparison} />
        ) : (
          <p className="compare-say">{t('compare.choose')}</p>
        )}
        {isOriginal && <span className="canvas-tag compare-tag">{t('canvas.tags.original')}</span>}
      </View>
    </li>
  );
}

/** The picture as it is, where there is a pane left. */
export function OriginalPane({ grid }: { grid: PaneGrid }) {
  return (
    <li className="compare-pane">
      <div className="compare-head">
        <strong>{t('canvas.tags.original')}</strong>
      </div>
      <View
        grid={grid}
        label={t('compare.view', { name: t('canvas.tags.original') })}
        draftOf={() => undefined}
      />
    </li>
  );
}

interface ViewProps {
  grid: PaneGrid;
  label: string;
  draftOf: Parameters<PaneGrid['mount']>[1];
  children?: ReactNode;
}

/** The one hook between React and the pane's canvas. */
function View({ grid, label, draftOf, children }: ViewProps) {
  const area = useRef<HTMLElement>(null);
  const draft = useRef(draftOf);
  draft.current = draftOf;
  useEffect(() => (area.current ? grid.mount(area.current, () => draft.current()) : undefined), [grid]);
  const focusable = 0;
  return (
    <div className="compare-view canvas">
      <section ref={area} className="canvas-area" aria-label={label} tabIndex={focusable} />
      {children}
    </div>
  );
}

/** Whether the model is at work, waits, or cannot: and what to do then. */
function Said({ model, comparison }: { model: ModelView; comparison: Comparison }) {
  const isInstalling = useStudio(({ installing }) => installing?.id === model.id);
  const isWaiting = useStudio(({ toInstall }) => toInstall.includes(model.id));
  const name = modelName(model.name);
  if (!model.installed)
    return (
      <div className="compare-say">
        {isInstalling ? (
          <InstallBar name={model.name} />
        ) : (
          <>
            <p>{isWaiting ? t('library.waiting') : t('compare.missing', { name })}</p>
            {!isWaiting && (
              <button type="button" className="button" onClick={() => installModels([model.id])}>
                {t('restore.install', { size: megabytes(model.bytes) })}
              </button>
            )}
          </>
        )}
      </div>
    );
  const state = comparison.stateOf(model.id);
  switch (state.kind) {
    case 'done':
      return null;
    case 'waiting':
      return <div className="canvas-chip">{t('library.waiting')}</div>;
    case 'stopped':
      return <div className="canvas-chip">{t('compare.stopped')}</div>;
    case 'working':
      return (
        <div className="canvas-chip">
          <Bar label={t('compare.bar', { name })} fraction={state.fraction} />
          <span>{t('compare.fraction', { percent: Math.floor(state.fraction * 100) })}</span>
        </div>
      );
    case 'failed':
      return (
        <div className="compare-say" role="alert">
          <p>
            <Why error={state.error} />
          </p>
          <button type="button" className="button" onClick={() => comparison.retry(model.id)}>
            {t('canvas.tryAgain')}
          </button>
        </div>
      );
  }
}

/** The models of the task, those that are installed first; what another pane shows is not offered twice. */
function ModelPick({ at, model }: { at: number; model: ModelView | undefined }) {
  const models = useStudio((state) => state.models);
  const compared = useStudio((state) => state.compared ?? []);
  const others = compared.filter((_, place) => place !== at);
  const task = model?.task ?? models.find(({ id }) => others.includes(id))?.task ?? 'upscale';
  const offered = models.filter((each) => each.task === task && !others.includes(each.id));
  const group = (isInstalled: boolean) => offered.filter(({ installed }) => installed === isInstalled);
  const options = (isInstalled: boolean) =>
    group(isInstalled).map(({ id, name }) => (
      <option key={id} value={id}>
        {modelName(name)}
      </option>
    ));
  return (
    <select
      className="field compare-pick"
      aria-label={t('compare.model', { number: at + 1 })}
      value={model?.id ?? NO_MODEL}
      onChange={({ target }) =>
        setState({ compared: compared.map((each, place) => (place === at ? target.value : each)) })
      }
    >
      {!model && <option value={NO_MODEL}>{t('compare.empty')}</option>}
      {group(true).length > 0 && <optgroup label={t('compare.installed')}>{options(true)}</optgroup>}
      {group(false).length > 0 && <optgroup label={t('compare.toInstall')}>{options(false)}</optgroup>}
    </select>
  );
}

/** The step that the inspector shows does from now on what the pane showed. */
function chooseModel(model: ModelView): void {
  setState(({ settings, models }) => ({
    panel: 'inspector',
    settings: {
      ...settings,
      family: model.family,
      scale: model.scale === 1 ? settings.scale : comparedScale(model, settings, models),
    },
  }));
}
