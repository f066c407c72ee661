import { useStudio } from '../../app/store.ts';
import { StartFoot } from '../../inspector/StartFoot.tsx';
import { startable } from '../../inspector/startable.ts';
import { duration, t } from '../../ui/words.ts';
import { foreseen } from './estimate.ts';
import { whyNot } from './reasons.ts';

/** The buttons, and how long a restoration will take. */
export function Foot() {
  const sources = useStudio((state) => state.sources);
  const models = useStudio((state) => state.models);
  const settings = useStudio((state) => state.settings);
  const isPreviewing = useStudio((state) => state.preview !== undefined);
  const ready = startable(sources);
  const count = ready.length;
  const time = foreseen(ready, models, settings);
  return (
    <StartFoot
      reasons={whyNot({ sources, models, settings })}
      isPreviewing={isPreviewing}
      start={count === 0 ? t('restore.start') : t('restore.startCount', { count })}
      foreseen={time === undefined ? undefined : t('restore.about', { time: duration(time) })}
    />
  );
}
