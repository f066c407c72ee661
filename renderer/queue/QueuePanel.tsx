import type { SourceView } from '../../contract/views.ts';
import { setState, useStudio } from '../app/store.ts';
import { ActionButton } from '../ui/ActionButton.tsx';
import { Bar } from '../ui/Bar.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Panel } from '../ui/Panel.tsx';
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
      title="Queue"
      foot={
        working ? (
          <>
            <ActionButton action="queue.pause">{paused ? 'Go on' : 'Pause'}</ActionButton>
            <ActionButton action="queue.cancel">Cancel all</ActionButton>
          </>
        ) : (
          <ActionButton action="queue.retry">Try failed again</ActionButton>
        )
      }
    >
      {listed.length === 0 ? (
        <p className="faint">
          Nothing yet. Pictures that you restore are listed here while they are worked on.
        </p>
      ) : (
        <ul className="queue">
          {listed.map((source) => (
            <Row key={source.id} source={source} />
          ))}
        </ul>
      )}
      {!working && hasFailed && (
        <p className="faint">Results that were made are safe; only failed ones run again.</p>
      )}
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
    result?.seconds !== undefined && `${result.seconds.toFixed(1)} s`,
  ].filter(Boolean);
  return (
    <li>
      <button type="button" className="queue-row" onClick={() => setState({ selected: source.id })}>
        <span className={`badge badge-${badge.tone} badge-inline`} aria-hidden="true">
          <Icon name={badge.icon} />
        </span>
        <span className="queue-name">{source.name}</span>
        <span className="queue-word">
          {item.status === 'running' ? `${Math.floor(fraction * 100)} %` : badge.word}
        </span>
      </button>
      {item.status === 'running' && <Bar label={`Restoring ${source.name}`} fraction={fraction} />}
      {error && item.status === 'failed' && (
        <p className="queue-why">
          {error.message} <span className="dim">{error.hint}</span>
        </p>
      )}
      {result && <p className="faint queue-facts">{[result.name, ...facts].join(' · ')}</p>}
      {item.status === 'skipped' && <p className="faint queue-facts">This file was there already.</p>}
      {result?.notes.map((note) => (
        <p key={note} className="faint queue-facts">
          {note}
        </p>
      ))}
    </li>
  );
}
