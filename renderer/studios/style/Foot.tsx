import { useStudio } from '../../app/store.ts';
import { StartFoot } from '../../inspector/StartFoot.tsx';
import { startable } from '../../inspector/startable.ts';
import { t } from '../../ui/words.ts';
import { whyNotStyle } from './reasons.ts';

export function Foot() {
  const sources = useStudio((state) => state.sources);
  const models = useStudio((state) => state.models);
  const style = useStudio((state) => state.style);
  const isPreviewing = useStudio((state) => state.preview !== undefined);
  const count = startable(sources).length;
  return (
    <StartFoot
      reasons={whyNotStyle({ sources, models, style })}
      isPreviewing={isPreviewing}
      start={count === 0 ? t('style.start') : t('style.startCount', { count })}
    />
  );
}
