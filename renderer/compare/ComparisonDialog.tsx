import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { ActionId } from '../../contract/actions.ts';
import { actionWith, keysOf } from '../../contract/shortcuts.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { getState, selectedSource, setState, useStudio } from '../app/store.ts';
import { WhatHappened } from '../ui/Why.tsx';
import { t } from '../ui/words.ts';
import { ComparePane, OriginalPane } from './ComparePane.tsx';
import { MOST_COMPARED, NO_MODEL } from './compared.ts';
import { type Compared, useComparison } from './use-comparison.ts';

/** One picture through several models, side by side. */
export function ComparisonDialog() {
  const isOpen = useStudio(({ compared }) => compared !== undefined);
  return isOpen ? <OpenComparison /> : null;
}

function OpenComparison() {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const compared = useStudio((state) => state.compared ?? NONE);
  const source = useStudio(selectedSource);
  const shown = useComparison(source, compared);
  const [isOriginal, setIsOriginal] = useState(false);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
    heading.current?.focus();
  }, []);
  useEffect(() => shown?.grid.showOriginal(isOriginal), [shown?.grid, isOriginal]);
  const hear = (event: KeyboardEvent) => {
    // The keys of the window do not reach through; those of the view are the panes'.
    event.stopPropagation();
    if (!shown || (event.target instanceof HTMLElement && event.target.matches('select'))) return;
    const keys = keysOf(event, getState().platform === 'darwin');
    const id = keys === undefined ? undefined : actionWith(keys, getState().appSettings.shortcuts);
    const run = id && keyed(shown, () => setIsOriginal(!isOriginal))[id];
    if (!run) return;
    event.preventDefault();
    run();
  };
  const close = () => dialog.current?.close();
  const isReady = source?.state === 'ready' && !shown?.problem;
  return (
    <dialog
      ref={dialog}
      className="report compare"
      aria-labelledby="compare-title"
      onClose={() => setState({ compared: undefined })}
      onKeyDown={hear}
    >
      <header className="compare-top">
        <h2 id="compare-title" ref={heading} tabIndex={-1}>
          {t('compare.title')}
        </h2>
        {source && <span className="faint compare-name">{source.name}</span>}
        {isReady && shown && (
          <Tools shown={shown} isOriginal={isOriginal} onOriginal={() => setIsOriginal(!isOriginal)} />
        )}
        <button type="button" className="link" onClick={close}>
          {t('app.close')}
        </button>
      </header>
      {isReady && shown ? (
        <ul className="compare-panes" data-count={compared.length === 3 ? 4 : compared.length}>
          {compared.length === 3 && <OriginalPane grid={shown.grid} />}
          {compared.map((model, at) => (
            <ComparePane
              key={model}
              at={at}
              model={model}
              shown={shown}
              isOriginal={isOriginal}
              close={close}
            />
          ))}
        </ul>
      ) : (
        <NoPicture problem={shown?.problem ?? source?.error} isReading={source?.state === 'reading'} />
      )}
      <footer className="compare-foot">
        <button
          type="button"
          className="button"
          aria-disabled={!canAdd(compared)}
          onClick={() => canAdd(compared) && setState({ compared: [...compared, NO_MODEL] })}
        >
          {t('compare.add')}
        </button>
        <p className="faint">{t('compare.hint')}</p>
        {isReady && shown && <Progress shown={shown} compared={compared} />}
      </footer>
    </dialog>
  );
}

const NONE: readonly string[] = [];

function canAdd(compared: readonly string[]): boolean {
  return compared.length < MOST_COMPARED && !compared.includes(NO_MODEL);
}

/** The keys of the canvas that make sense here, whatever the user has made of them. */
function keyed({ grid }: Compared, toggleOriginal: () => void): Partial<Record<ActionId, () => void>> {
  return {
    'view.fit': () => grid.fit(),
    'view.actual': () => grid.zoomTo(1),
    'view.double': () => grid.zoomTo(2),
    'view.zoomIn': () => grid.zoomStep(1),
    'view.zoomOut': () => grid.zoomStep(-1),
    'view.flicker': toggleOriginal,
  };
}

interface ToolsProps {
  shown: Compared & { zoom: number };
  isOriginal: boolean;
  onOriginal(): void;
}

function Tools({ shown: { grid, zoom }, isOriginal, onOriginal }: ToolsProps) {
  return (
    <div className="compare-tools" role="toolbar" aria-label={t('canvas.tools.title')}>
      <button type="button" className="tool" aria-pressed={isOriginal} onClick={onOriginal}>
        {t('compare.original')}
      </button>
      <span className="tool-line" />
      <button type="button" className="tool" onClick={() => grid.fit()}>
        {t('actions.view.fit')}
      </button>
      <button type="button" className="tool" title={t('actions.view.actual')} onClick={() => grid.zoomTo(1)}>
        1:1
      </button>
      <button type="button" className="tool" title={t('actions.view.double')} onClick={() => grid.zoomTo(2)}>
        {t('units.percent', { percent: 200 })}
      </button>
      <span className="tool-zoom">
        <span className="hidden">{t('canvas.tools.zoom')} </span>
        {t('units.percent', { percent: Math.round(zoom * 100) })}
      </span>
    </div>
  );
}

/** How many are done, said aloud as well; and the way to hold them. */
function Progress({ shown: { comparison }, compared }: { shown: Compared; compared: readonly string[] }) {
  const models = useStudio((state) => state.models);
  const able = compared.filter((id) => models.some((model) => model.id === id && model.installed));
  const states = able.map((id) => comparison.stateOf(id).kind);
  const done = states.filter((kind) => kind === 'done').length;
  const isWorking = states.some((kind) => kind === 'working' || kind === 'waiting');
  const { isHeld } = comparison;
  return (
    <>
      <span className="compare-progress numbers" aria-live="polite">
        {t(isWorking ? 'compare.working' : 'compare.over', { done, count: able.length })}
      </span>
      {(isWorking || isHeld) && (
        <button type="button" className="button" onClick={() => comparison.hold(!isHeld)}>
          {t(isHeld ? 'app.goOn' : 'compare.stop')}
        </button>
      )}
    </>
  );
}

interface NoPictureProps {
  problem: Parameters<typeof WhatHappened>[0]['error'] | undefined;
  isReading: boolean;
}

/** Nothing to compare on: what to do about it. */
function NoPicture({ problem, isReading }: NoPictureProps) {
  if (isReading) return <p className="compare-none dim">{t('canvas.opening')}</p>;
  return (
    <div className="compare-none">
      {problem ? (
        <p role="alert">
          <WhatHappened error={problem} />{' '}
          <span className="dim" lang="en">
            {problem.hint}
          </span>
        </p>
      ) : (
        <p>{t('compare.noPicture')}</p>
      )}
      <div className="row">
        <button
          type="button"
          className="button"
          onClick={() => void attempt(bridge.openSources({ what: 'files', studio: 'restore' }))}
        >
          {t('actions.sources.openFiles')}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => void attempt(bridge.addSample({ studio: 'restore' }))}
        >
          {t('welcome.restore.sample')}
        </button>
      </div>
    </div>
  );
}
