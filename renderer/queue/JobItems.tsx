import { Fragment, useEffect, useState } from 'react';
import type { JobItemView, JobView } from '../../contract/views.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { showMade } from '../app/generate-changes.ts';
import { showTraining } from '../app/learn-changes.ts';
import { goTo, select } from '../app/store.ts';
import { Bar } from '../ui/Bar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Why } from '../ui/Why.tsx';
import { t, tenths } from '../ui/words.ts';
import { totalOf } from './job-facts.ts';
import { badgeOfItem } from './status.ts';

/** Items asked for at a time; a job may have thousands. */
const PAGE = 50;
/** The most that one call tells. */
const MOST = 500;

/** The pictures of an unfolded job, a page of them at a time. */
export function JobItems({ job }: { job: JobView }) {
  const [items, setItems] = useState<readonly JobItemView[]>([]);
  const [count, setCount] = useState(PAGE);
  const { id, seq } = job;
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again whenever an item of the job has changed
  useEffect(() => {
    let isCurrent = true;
    void allItems(id, count).then((list) => isCurrent && list && setItems(list));
    return () => {
      isCurrent = false;
    };
  }, [id, seq, count]);
  const rest = totalOf(job) - items.length;
  return (
    <>
      <ul className="queue">
        {items.map((item) => (
          <Row key={item.id} item={item} job={job} />
        ))}
      </ul>
      {items.length > 0 && rest > 0 && (
        <button type="button" className="link" onClick={() => setCount(count + PAGE)}>
          {t('jobs.more', { count: rest })}
        </button>
      )}
    </>
  );
}

async function allItems(job: string, count: number): Promise<JobItemView[] | undefined> {
  const all: JobItemView[] = [];
  for (let offset = 0; offset < count; offset += MOST) {
    const page = await attempt(bridge.listJobItems({ job, offset, count: Math.min(MOST, count - offset) }));
    if (!page) return undefined;
    all.push(...page);
    if (page.length < MOST) break;
  }
  return all;
}

async function open(item: string): Promise<void> {
  const opened = await attempt(bridge.openItem({ item }));
  if (!opened) return;
  if (opened.studio !== 'generate' && opened.studio !== 'learn') return select(opened.source, opened.studio);
  goTo(opened.studio);
  if (opened.studio === 'learn') return showTraining(opened.source);
  showMade(opened.source);
}

function Row({ item, job: { inHand, studio } }: { item: JobItemView; job: JobView }) {
  const { id, name, status, result, error } = item;
  const badge = badgeOfItem(status);
  const fraction = inHand?.item === id ? inHand.fraction : 0;
  const facts = [
    result?.width && result.height && `${result.width} × ${result.height}`,
    result?.framesIn !== undefined &&
      result.framesOut !== undefined &&
      t('jobs.frames', { from: result.framesIn, to: result.framesOut }),
    result?.cuts ? t('jobs.cuts', { count: result.cuts }) : undefined,
    result?.seconds !== undefined && t('units.seconds', { seconds: tenths(result.seconds) }),
    result?.fps !== undefined && t('canvas.pace', { pace: tenths(result.fps) }),
  ].filter((fact) => typeof fact === 'string');
  return (
    <li>
      <button type="button" className="queue-row" title={t('jobs.open')} onClick={() => void open(id)}>
        <span className={`badge badge-${badge.tone} badge-inline`} aria-hidden="true">
          <Icon name={badge.icon} />
        </span>
        <span className="queue-name">{name}</span>
        <span className="queue-word">
          {status === 'running' ? t('units.percent', { percent: Math.floor(fraction * 100) }) : badge.word}
        </span>
      </button>
      {status === 'running' && <Bar label={t(`canvas.working.${studio}`, { name })} fraction={fraction} />}
      {error && status === 'failed' && (
        <p className="queue-why">
          <Why error={error} />
        </p>
      )}
      {result && (
        <p className="faint queue-facts">
          {result.name}
          {facts.map((fact) => (
            // A number stays with its unit.
            <Fragment key={fact}>
              {' '}
              <span className="queue-fact">· {fact}</span>
            </Fragment>
          ))}
        </p>
      )}
      {status === 'skipped' && <p className="faint queue-facts">{t('queue.there')}</p>}
      {result?.notes.map((note) => (
        <p key={note} className="faint queue-facts" lang="en">
          {note}
        </p>
      ))}
      {result && (status === 'done' || status === 'skipped') && (
        <button
          type="button"
          className="link queue-link"
          aria-label={t('jobs.revealOf', { name: result.name })}
          onClick={() => void attempt(bridge.revealResult({ item: id }))}
        >
          {t('jobs.reveal')}
        </button>
      )}
      {status === 'queued' && (
        <button
          type="button"
          className="link queue-link"
          aria-label={t('jobs.firstOf', { name })}
          onClick={() => void attempt(bridge.takeItemFirst({ item: id }))}
        >
          {t('jobs.first')}
        </button>
      )}
    </li>
  );
}
