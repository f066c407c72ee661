import { useStudio } from '../app/store.ts';
import { Bar } from '../ui/Bar.tsx';
import { t } from '../ui/words.ts';
import { pauseInstalling } from './install.ts';

/** The installation that runs now. */
export function InstallBar({ name }: { name: string }) {
  const installing = useStudio((state) => state.installing);
  if (!installing) return null;
  const { phase, fraction } = installing;
  return (
    <div className="install">
      <Bar label={t('library.installing', { name })} fraction={fraction} />
      <span className="faint">
        {t(phase === 'fetch' ? 'library.fetching' : 'library.preparing', {
          percent: Math.floor(fraction * 100),
        })}
      </span>
      <button type="button" className="link" onClick={pauseInstalling}>
        {t(phase === 'fetch' ? 'library.pause' : 'app.cancel')}
      </button>
    </div>
  );
}
