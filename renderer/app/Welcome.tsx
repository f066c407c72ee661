import { ActionButton } from '../ui/ActionButton.tsx';
import { t } from '../ui/words.ts';
import { attempt, bridge } from './bridge.ts';

/** The empty state: what to do first. */
export function Welcome() {
  return (
    <div className="welcome">
      <h2>{t('canvas.welcome.title')}</h2>
      <p className="dim">{t('canvas.welcome.kinds')}</p>
      <div className="row">
        <ActionButton action="sources.openFiles" />
        <ActionButton action="sources.openFolder" />
      </div>
      <button type="button" className="link" onClick={() => void attempt(bridge.addSample())}>
        {t('canvas.welcome.sample')}
      </button>
    </div>
  );
}
