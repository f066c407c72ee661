import { useStudio } from '../app/store.ts';
import { Bar } from '../ui/Bar.tsx';

/** The installation that runs now. */
export function InstallBar({ name }: { name: string }) {
  const installing = useStudio((state) => state.installing);
  if (!installing) return null;
  const { phase, fraction, cancel } = installing;
  return (
    <div className="install">
      <Bar label={`Installing ${name}`} fraction={fraction} />
      <span className="faint">
        {phase === 'fetch' ? 'Downloading' : 'Preparing'} · {Math.floor(fraction * 100)} %
      </span>
      <button type="button" className="link" onClick={cancel}>
        Cancel
      </button>
    </div>
  );
}
