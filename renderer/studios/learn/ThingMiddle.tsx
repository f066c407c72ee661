import type { LearntView, UsedView } from '../../../contract/learn-views.ts';
import { attempt, bridge } from '../../app/bridge.ts';
import { changeGenerate, changeWords } from '../../app/generate-changes.ts';
import { repair } from '../../app/learn-changes.ts';
import type { Used } from '../../app/learn-state.ts';
import { getState, goTo, setState, useStudio } from '../../app/store.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Bar } from '../../ui/Bar.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { significant, t, timeLeft } from '../../ui/words.ts';
import { LossLine } from './LossLine.tsx';
import { openResult } from './learn.ts';
import { SceneMiddle } from './SceneMiddle.tsx';

/** What was learnt as it looks, or what came of its last use. */
export function ThingMiddle({ thing }: { thing: LearntView }) {
  const used = useStudio((state) => (state.used?.id === thing.id ? state.used : undefined));
  return (
    <div className="learn-middle">
      <div className="learn-head">
        <h2 className="cut-off">{thing.name}</h2>
        <span className="faint">
          {used ? t(`learn.uses.${used.use}.name`) : t(`learn.kinds.${thing.kind}.name`)}
        </span>
      </div>
      {used ? (
        <UsedMiddle used={used} />
      ) : thing.kind === 'nerf' ? (
        // Another one, or this one after it has learnt more, is looked at anew.
        <SceneMiddle key={`${thing.id} ${thing.installedAt}`} thing={thing} />
      ) : (
        <Cover thing={thing} />
      )}
      {!used && thing.curve && thing.curve.length > 1 && <LossLine curve={thing.curve} />}
    </div>
  );
}

function Cover({ thing: { name, kind, cover } }: { thing: LearntView }) {
  return (
    <div className="learn-picture">
      {cover ? (
        <img src={cover.url} alt={t('learn.cover', { name })} draggable={false} />
      ) : (
        <p className="dim">{t(`learn.kinds.${kind}.use`)}</p>
      )}
    </div>
  );
}

function UsedMiddle({ used }: { used: Used }) {
  const { reply } = used;
  if (!reply)
    return (
      <div className="learn-picture" aria-busy="true">
        <p className="dim">{t('learn.working')}</p>
        {used.fraction !== undefined && <HowFar used={used} fraction={used.fraction} />}
        <button type="button" className="button" onClick={() => forgetUse(used)}>
          {t('app.cancel')}
        </button>
      </div>
    );
  const [result] = reply.results;
  return (
    <>
      {result && (
        <div className="learn-picture">
          {result.picture ? (
            <img src={result.picture.url} alt={result.name} draggable={false} />
          ) : (
            <p className="dim">{result.name}</p>
          )}
        </div>
      )}
      {reply.found.length > 0 && <Found reply={reply} isOfWords={used.use === 'suggest'} />}
      {!result && reply.found.length === 0 && (
        <div className="learn-picture">
          <p className="dim">{t('learn.nothingFound')}</p>
        </div>
      )}
      <div className="learn-foot">
        {reply.notes.map((note) => (
          <p key={note} lang="en">
            {note}
          </p>
        ))}
        {result && (
          <p className="faint">
            {t('learn.keptAs', { name: result.name })}
            {result.of === 'picture' && !reply.repair && ` ${t('learn.soft')}`}
          </p>
        )}
        <div className="row learn-tools">
          {result?.of === 'picture' && !reply.repair && (
            <ActionButton action="learn.enlarge">{t('learn.enlarge')}</ActionButton>
          )}
          {result?.of === 'clip' && (
            <button
              type="button"
              className="button"
              onClick={() => void openResult(result.id, 'interpolate')}
            >
              {t('generate.made.play')}
            </button>
          )}
          {reply.repair && (
            <button type="button" className="button button-primary" onClick={() => repair(reply.repair!)}>
              {t('learn.repair')}
            </button>
          )}
          {result && <ActionButton action="result.reveal">{t('jobs.reveal')}</ActionButton>}
          <button type="button" className="button" onClick={() => forgetUse(used)}>
            {t('learn.backToIt')}
          </button>
        </div>
      </div>
    </>
  );
}

/** Before so much is done nobody knows how long the rest takes. */
const KNOWN = 0.03;

function HowFar({ used: { use, begun }, fraction }: { used: Used; fraction: number }) {
  const left = ((performance.now() - begun) * (1 - fraction)) / fraction;
  return (
    <div className="learn-using">
      <Bar label={t(`learn.uses.${use}.name`)} fraction={fraction} />
      <p className="faint numbers">{fraction > KNOWN ? timeLeft(left) : ' '}</p>
    </div>
  );
}

function forgetUse(used: Used): void {
  used.cancel();
  setState({ used: undefined });
}

/** Files or texts that were found, with how much. */
function Found({ reply, isOfWords }: { reply: UsedView; isOfWords: boolean }) {
  return (
    <ol className="learn-found" aria-label={t('learn.foundList')}>
      {reply.found.map(({ what, score, id, thumb }) => (
        <li key={`${id ?? ''} ${what}`} className="learn-found-row">
          {thumb && <img src={thumb} alt="" draggable={false} />}
          <span className="learn-found-name">{what}</span>
          <span className="faint numbers">{significant(score)}</span>
          {id !== undefined && (
            <button
              type="button"
              className="button menu-button"
              aria-label={t('jobs.revealOf', { name: what })}
              onClick={() => void attempt(bridge.revealLearnt({ id }))}
            >
              <Icon name="folder" />
            </button>
          )}
          {isOfWords && (
            <button type="button" className="link" onClick={() => takeAsPrompt(what)}>
              {t('learn.asPrompt')}
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}

/** What was suggested is what Generate is asked for. */
function takeAsPrompt(prompt: string): void {
  if (getState().studio !== 'generate') goTo('generate');
  changeGenerate({ kind: 'diffusion' });
  changeWords({ prompt });
}
