import { isOfRestore } from '../../contract/tasks.ts';
import type { ModelView } from '../../contract/views.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { setState, useStudio } from '../app/store.ts';
import { MOST_COMPARED, ticked } from '../compare/compared.ts';
import { Icon } from '../ui/Icon.tsx';
import { Why } from '../ui/Why.tsx';
import { megabytes, t } from '../ui/words.ts';
import { InstallBar } from './InstallBar.tsx';
import { installModels, leaveOut, reinstall } from './install.ts';

/** One size of a family: installed, on its way, paused, or to be had. */
export function SizeRow({ model }: { model: ModelView }) {
  const isInstalling = useStudio(({ installing }) => installing?.id === model.id);
  const isWaiting = useStudio(({ toInstall }) => toInstall.includes(model.id));
  const verified = useStudio((state) => state.verified[model.id]);
  const { id, name } = model;
  return (
    <li className="size-item">
      <div className="size">
        <CompareTick model={model} />
        <span className="size-name">×{model.scale}</span>
        {isInstalling ? (
          <InstallBar name={name} />
        ) : (
          <>
            <span className="faint size-state">
              {stateOf(model, isWaiting)}
              {verified && !verified.problem && (
                <span className="size-whole">
                  <Icon name="check" /> {t('library.whole')}
                </span>
              )}
            </span>
            <Buttons model={model} isWaiting={isWaiting} />
          </>
        )}
      </div>
      {verified?.problem && (
        <p className="size-problem" role="alert">
          <Why error={verified.problem} />{' '}
          <button type="button" className="link" onClick={() => void reinstall(id)}>
            {t('library.again')}
          </button>
        </p>
      )}
    </li>
  );
}

/** Ticked models are compared on one picture; not those that make frames between frames. */
function CompareTick({ model: { id, name, task } }: { model: ModelView }) {
  const isTicked = useStudio((state) => state.ticked.includes(id));
  const isFull = useStudio((state) => state.ticked.length >= MOST_COMPARED);
  if (!isOfRestore(task)) return null;
  return (
    <input
      type="checkbox"
      className="size-tick"
      aria-label={t('compare.tick', { name })}
      title={t(isFull && !isTicked ? 'compare.most' : 'compare.tickShort', { count: MOST_COMPARED })}
      checked={isTicked}
      disabled={isFull && !isTicked}
      onChange={() => setState((state) => ({ ticked: ticked(state.ticked, id) }))}
    />
  );
}

function stateOf({ installed, bytes, fetched }: ModelView, isWaiting: boolean): string {
  if (installed) return t('library.installed', { size: megabytes(bytes) });
  if (isWaiting) return t('library.waiting');
  if (fetched !== undefined) return t('library.paused', { percent: Math.floor(fetched * 100) });
  return t('library.toDownload', { size: megabytes(bytes) });
}

function Buttons({ model, isWaiting }: { model: ModelView; isWaiting: boolean }) {
  const { id, name, installed, bundled, fetched } = model;
  if (installed)
    return bundled ? null : (
      <button
        type="button"
        className="link"
        aria-label={t('library.removeName', { name })}
        onClick={() => void attempt(bridge.removeModel({ id }))}
      >
        {t('library.remove')}
      </button>
    );
  if (isWaiting)
    return (
      <button type="button" className="link" onClick={() => leaveOut(id)}>
        {t('app.cancel')}
      </button>
    );
  return (
    <>
      <button
        type="button"
        className="link"
        aria-label={t(fetched === undefined ? 'library.installName' : 'library.goOnName', { name })}
        onClick={() => installModels([id])}
      >
        {t(fetched === undefined ? 'library.install' : 'app.goOn')}
      </button>
      {fetched !== undefined && (
        <button
          type="button"
          className="link"
          aria-label={t('library.discardName', { name })}
          onClick={() => void attempt(bridge.discardModel({ id }))}
        >
          {t('library.discard')}
        </button>
      )}
    </>
  );
}
