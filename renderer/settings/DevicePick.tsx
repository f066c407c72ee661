import { useEffect, useState } from 'react';
import type { DeviceChoice } from '../../contract/recipe.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { useStudio } from '../app/store.ts';
import { Pick } from '../ui/Pick.tsx';
import { t } from '../ui/words.ts';
import { deviceName } from './device-name.ts';
import { settle } from './settle.ts';

/** The device that restores what is queued from now on; the same choice in the settings and in the inspector. */
export function DevicePick() {
  const device = useStudio(({ appSettings }) => appSettings.device);
  const [offered, setOffered] = useState<readonly DeviceChoice[]>(['cpu']);
  useEffect(() => {
    void attempt(bridge.listDevices()).then((found) => found && setOffered(found.offered));
  }, []);
  // One that was chosen on purpose stays in sight, also where this build has it no longer.
  const named = [...new Set<DeviceChoice>([...offered, device])].filter((each) => each !== 'auto');
  return (
    <Pick
      label={t('settings.device.choice')}
      value={device}
      options={[
        { value: 'auto', text: t('settings.auto') },
        ...named.map((value) => ({ value, text: deviceName(value) })),
      ]}
      onChange={(value) => void settle({ device: value })}
    />
  );
}
