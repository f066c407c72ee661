import type { SourceView } from '../../contract/views.ts';
import { select, useStudio } from '../app/store.ts';
import { ActionButton } from '../ui/ActionButton.tsx';
import { Bar } from '../ui/Bar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Panel } from '../ui/Panel.tsx';
import { Why } from '../ui/Why.tsx';
import { t, tenths } from '../ui/words.ts';
import { badgeOf } from './status.ts';

/** Everything that was asked of the queue, with progress and with why something failed. */
export function QueuePanel() {
  const sources = useStudio((state) => state.sources);
  const working = useStudio((state) => state.queue.working);
  const paused = useStudio((state) => state.queue.paused);
  const listed = sources.filter(({ item }) => item !== undefined);
  const hasFailed = listed.some(({ item }) => item?.status === 'failed');
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
          <ActionButton action="queue.retry" />
        )
      }
    >
      {listed.length === 0 ? (
        <p className="faint">{t('queue.empty')}</p>
      ) : (
        <ul className="queue">
          {listed.map((source) => (
            <Row key={source.id} source={source} />
          ))}
        </ul>
      )}
      {!working && hasFailed && <p className="faint">{t('queue.safe')}</p>}
    </Panel>
  );
}

function Row({ source }: { source: SourceView }) {
  const fraction = useStudio(({ progress }) => progress[source.id] ?? 0);
  const badge = badgeOf(source);
  const { item } = source;
  if (!item || !badge) return null;
  const { result, error } = item;
  const facts = [
    result?.width && result.height && `${result.width} × ${result.height}`,
    result?.seconds !== undefined && t('units.seconds', { seconds: tenths(result.seconds) }),
  ].filter(Boolean);
  return (
    <li>
      <button type="button" className="queue-row" onClick={() => select(source.id)}>
        <span className={`badge badge-${badge.tone} badge-inline`} aria-hidden="true">
          <Icon name={badge.icon} />
        </span>
        <span className="queue-name">{source.name}</span>
        <span className="queue-word">
          {item.status === 'running'
            ? t('units.percent', { percent: Math.floor(fraction * 100) })
            : badge.word}
        </span>
      </button>
      {item.status === 'running' && (
        <Bar label={t('canvas.restoring', { name: source.name })} fraction={fraction} />
      )}
      {error && item.status === 'failed' && (
        <p className="queue-why">
          <Why error={error} />
        </p>
      )}
      {result && <p className="faint queue-facts">{[result.name, ...facts].join(' · ')}</p>}
      {item.status === 'skipped' && <p className="faint queue-facts">{t('queue.there')}</p>}
      {result?.notes.map((note) => (
        <p key={note} className="faint queue-facts" lang="en">
          {note}
        </p>
      ))}
    </li>
  );
}
