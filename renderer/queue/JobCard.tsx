import { LEARN_KINDS } from '../../contract/learn-step.ts';
import { RULE_IDS } from '../../contract/rules.ts';
import type { Studio } from '../../contract/tasks.ts';
import type { JobView } from '../../contract/views.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { useStudio } from '../app/store.ts';
import { modelName } from '../studios/restore/choose.ts';
import { Bar } from '../ui/Bar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Tip } from '../ui/Tip.tsx';
import { dayAndTime, t, tenths, timeLeft } from '../ui/words.ts';
import { JobItems } from './JobItems.tsx';
import { isOpen, totalOf } from './job-facts.ts';

interface JobCardProps {
  job: JobView;
  isUnfolded: boolean;
  onFold(): void;
}

/** One job: what it does, how far it is, and what can be done with it; unfolded, its pictures. */
export function JobCard({ job, isUnfolded, onFold }: JobCardProps) {
  const model = useStudio(({ models }) => models.find(({ id }) => id === job.model));
  const paused = useStudio(({ queue }) => queue.paused);
  const bundle = useStudio(({ bundles }) => bundles.find(({ id }) => id === job.model));
  const rule = RULE_IDS.find((id) => job.studio === 'generate' && id === job.model);
  const kind = LEARN_KINDS.find((id) => job.studio === 'learn' && id === job.model);
  const words = rule ? t(`generate.rules.${rule}`) : kind && t(`learn.kinds.${kind}.name`);
  const own = bundle?.name ?? words ?? job.model;
  const title = model ? modelName(model.name) : (own ?? t('jobs.defaultModel'));
  const total = totalOf(job);
  return (
    <li className="job" aria-labelledby={`job-${job.id}`}>
      <button type="button" className="job-head" aria-expanded={isUnfolded} onClick={onFold}>
        <Icon name={isUnfolded ? 'down' : 'right'} />
        <span id={`job-${job.id}`} className="job-title">
          {t(`jobs.title.${job.studio}`, { model: title, count: total })}
        </span>
        <span className="faint">{dayAndTime(job.created)}</span>
      </button>
      {isOpen(job) && <Bar label={t('jobs.progress', { model: title })} fraction={job.fraction} />}
      <p className="faint job-facts">{facts(job, paused)}</p>
      <Buttons job={job} title={title} />
      {isUnfolded && <JobItems job={job} />}
    </li>
  );
}

/** "5 done, 1 failed · 4.2 pictures a minute · 1 min 20 s left" */
function facts(job: JobView, isPaused: boolean): string {
  const { done, skipped, failed, cancelled, queued } = job.counts;
  const counts = [
    ...(done > 0 ? [t('queue.over.done', { count: done })] : []),
    ...(skipped > 0 ? [t('queue.over.skipped', { count: skipped })] : []),
    ...(failed > 0 ? [t('queue.over.failed', { count: failed })] : []),
    ...(cancelled > 0 ? [t('queue.over.cancelled', { count: cancelled })] : []),
    ...(queued > 0 ? [t('jobs.waiting', { count: queued })] : []),
  ].join(', ');
  const isMoving = !isPaused || job.inHand !== undefined;
  return [
    counts,
    ...(job.perMinute !== undefined && isMoving ? [pace(job.perMinute, job.studio)] : []),
    ...(job.millisecondsLeft !== undefined && isMoving ? [timeLeft(job.millisecondsLeft)] : []),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function pace(perMinute: number, studio: Studio): string {
  return perMinute >= 1
    ? t(`jobs.perMinute.${studio}`, { pace: tenths(perMinute) })
    : t(`jobs.perHour.${studio}`, { pace: tenths(perMinute * 60) });
}

function Buttons({ job, title }: { job: JobView; title: string }) {
  const { failed, cancelled } = job.counts;
  const move = (to: 'earlier' | 'later' | 'first') => void attempt(bridge.moveJob({ job: job.id, to }));
  return (
    <div className="job-buttons">
      {isOpen(job) ? (
        <>
          <button
            type="button"
            className="link"
            aria-label={t('jobs.cancelOf', { model: title })}
            onClick={() => void attempt(bridge.cancelQueue({ job: job.id }))}
          >
            {t('app.cancel')}
          </button>
          {(job.canMove.earlier || job.canMove.later) && (
            <>
              <MoveButton
                icon="up"
                label={t('jobs.earlier')}
                can={job.canMove.earlier}
                move={() => move('earlier')}
              />
              <MoveButton
                icon="later"
                label={t('jobs.later')}
                can={job.canMove.later}
                move={() => move('later')}
              />
              <MoveButton
                icon="first"
                label={t('jobs.first')}
                can={job.canMove.earlier}
                move={() => move('first')}
              />
            </>
          )}
        </>
      ) : (
        <button
          type="button"
          className="link"
          aria-label={t('jobs.forgetOf', { model: title })}
          onClick={() => void attempt(bridge.forgetJobs({ job: job.id }))}
        >
          {t('jobs.forget')}
        </button>
      )}
      {failed + cancelled > 0 && (
        <button
          type="button"
          className="link"
          aria-label={t('jobs.retryOf', { model: title })}
          onClick={() => void attempt(bridge.retryQueue({ job: job.id }))}
        >
          {t('canvas.tryAgain')}
        </button>
      )}
    </div>
  );
}

interface MoveButtonProps {
  icon: 'up' | 'later' | 'first';
  label: string;
  can: boolean;
  move(): void;
}

/** Stays where it is when it can do nothing, so that the focus is not lost under the finger. */
function MoveButton({ icon, label, can, move }: MoveButtonProps) {
  return (
    <Tip text={label}>
      <button
        type="button"
        className="job-move"
        aria-label={label}
        aria-disabled={!can}
        onClick={({ currentTarget }) => {
          if (!can) return;
          move();
          // Its card is put elsewhere in the list, and a button that is moved loses the focus.
          setTimeout(() => currentTarget.focus(), FOLLOWED_MS);
        }}
      >
        <Icon name={icon} />
      </button>
    </Tip>
  );
}

/** By then the list has come in its new order; milliseconds. */
const FOLLOWED_MS = 400;
