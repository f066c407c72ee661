import { useEffect, useState } from 'react';
import type { DataPlaceView } from '../../contract/data-place.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { setState, useStudio } from '../app/store.ts';
import { Bar } from '../ui/Bar.tsx';
import { megabytes, t } from '../ui/words.ts';

/** Where Gesso's own data lies, and its way to another folder. */
export function DataSection() {
  const moving = useStudio((state) => state.moving);
  const [place, setPlace] = useState<DataPlaceView>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when a move has ended
  useEffect(() => {
    void attempt(bridge.getData()).then(setPlace);
  }, [moving === undefined]);
  return (
    <section className="section" aria-labelledby="settings-data">
      <h3 id="settings-data">{t('settings.data.title')}</h3>
      {place && (
        <p className="faint">
          {t('settings.data.what', { size: megabytes(place.bytes), folder: place.name })}
        </p>
      )}
      {moving ? <Moving {...moving} /> : place && <Place place={place} />}
    </section>
  );
}

function Moving({ fraction, cancel }: { fraction: number; cancel(): void }) {
  return (
    <div className="settings-work">
      <Bar label={t('settings.data.moving')} fraction={fraction} />
      <div className="row">
        <span className="faint">{t('settings.data.moving')}</span>
        <button type="button" className="link" onClick={cancel}>
          {t('app.cancel')}
        </button>
      </div>
    </div>
  );
}

function Place({ place }: { place: DataPlaceView }) {
  const isWorking = useStudio(({ queue }) => queue.working);
  if (place.state === 'moved')
    return (
      <>
        <p role="status">{t('settings.data.moved')}</p>
        <button
          type="button"
          className="button button-primary"
          onClick={() => void attempt(bridge.restart())}
        >
          {t('settings.data.restart')}
        </button>
      </>
    );
  const whyNot = place.isFixed ? t('settings.data.fixed') : isWorking ? t('settings.busy') : undefined;
  return (
    <>
      <div className="row">
        <button type="button" className="link" onClick={() => void attempt(bridge.revealData())}>
          {t('settings.data.reveal')}
        </button>
        <button
          type="button"
          className="button"
          aria-disabled={whyNot !== undefined}
          aria-describedby="data-note"
          onClick={() => whyNot === undefined && void move()}
        >
          {t('settings.data.move')}
        </button>
      </div>
      <p id="data-note" className="faint">
        {whyNot ?? t('settings.data.note')}
      </p>
    </>
  );
}

/** Asks where to, and copies with the progress in the state, so that the drawer may be closed meanwhile. */
async function move(): Promise<void> {
  const folder = await attempt(bridge.chooseFolder({ what: 'data' }));
  if (!folder) return;
  const call = bridge.moveData({ folder: folder.id });
  setState({ moving: { fraction: 0, cancel: call.cancel } });
  await attempt(call.outcome);
  setState({ moving: undefined });
}
