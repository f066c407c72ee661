import { useEffect, useState } from 'react';
import { attempt, bridge } from '../app/bridge.ts';
import { setState, useStudio } from '../app/store.ts';
import { ActionButton } from '../ui/ActionButton.tsx';
import { Panel } from '../ui/Panel.tsx';
import { t } from '../ui/words.ts';
import { JobCard } from './JobCard.tsx';

/** Everything that was asked of the queue, job by job: what is taken next on top, what is over below. */
export function QueuePanel() {
  const jobs = useStudio((state) => state.jobs);
  const working = useStudio((state) => state.queue.working);
  const paused = useStudio((state) => state.queue.paused);
  /** Undefined: the user has said nothing; then the first one is unfolded. */
  const [unfolded, setUnfolded] = useState<string | null | undefined>();
  // The command line may have worked on the same queue meanwhile.
  useEffect(() => {
    void attempt(bridge.listJobs()).then((list) => list && setState({ jobs: list }));
  }, []);
  const shown = unfolded === undefined ? jobs[0]?.id : unfolded;
  return (
    <Panel
      title={t('app.panels.queue')}
      foot={
        working ? (
          <>
            <ActionButton action="queue.pause">{t(paused ? 'app.goOn' : 'queue.pause')}</ActionButton>
            <ActionButton action="queue.cancel">{t('queue.cancelAll')}</ActionButton>
          </>
        ) : (
          <>
            <ActionButton action="queue.retry" />
            <ActionButton action="queue.clear">{t('jobs.clear')}</ActionButton>
          </>
        )
      }
    >
      {jobs.length === 0 ? (
        <p className="faint">{t('queue.empty')}</p>
      ) : (
        <ul className="jobs" aria-label={t('jobs.list')}>
          {jobs.map((job) => (
            <JobCard
              key={job.id}
              job={job}
              isUnfolded={job.id === shown}
              onFold={() => setUnfolded(job.id === shown ? null : job.id)}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}
