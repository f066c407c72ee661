import { useStudio } from '../app/store.ts';
import { DevicePick } from '../settings/DevicePick.tsx';
import { t } from '../ui/words.ts';

/** Where the models run: the same choice in every studio. */
export function DeviceSection() {
  const isReady = useStudio(({ phase }) => phase === 'ready');
  return (
    <section className="section" aria-labelledby="device">
      <h2 id="device">{t('settings.device.title')}</h2>
      {isReady && <DevicePick />}
    </section>
  );
}
