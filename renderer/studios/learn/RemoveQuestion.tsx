import { useEffect, useRef } from 'react';
import { getState, setState } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { removeShown } from './learn.ts';

/** What is removed does not come back: it is asked about, and the safe answer has the focus. */
export function RemoveQuestion({ words }: { words: string }) {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  const leave = () => setState({ isRemoving: false });
  return (
    <fieldset
      className="card learn-ask"
      aria-label={words}
      onKeyDown={({ key }) => key === 'Escape' && leave()}
    >
      <p>{words}</p>
      <div className="row buttons">
        <button ref={keep} type="button" className="button" onClick={leave}>
          {t('learn.keep')}
        </button>
        <button type="button" className="button" onClick={() => void removeShown(getState())}>
          {t('learn.remove')}
        </button>
      </div>
    </fieldset>
  );
}
