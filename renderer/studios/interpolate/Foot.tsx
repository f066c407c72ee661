import { useStudio } from '../../app/store.ts';
import { useClip } from '../../clip/clip-store.ts';
import { StartFoot } from '../../inspector/StartFoot.tsx';
import { startable } from '../../inspector/startable.ts';
import { duration, megabytes, t } from '../../ui/words.ts';
import { type Foreseen, foreseenAll } from './estimate.ts';
import { whyNotClip } from './reasons.ts';

/** Less is not told apart. */
const LEAST_BYTES = 100_000;

/** The buttons, and what an export will take. */
export function Foot() {
  const sources = useStudio((state) => state.sources);
  const models = useStudio((state) => state.models);
  const clip = useStudio((state) => state.clip);
  const parts = useStudio((state) => state.parts);
  const isPreviewing = useClip(({ preview }) => preview !== undefined);
  const ready = startable(sources);
  const count = ready.length;
  const foreseen = foreseenAll(ready, clip, parts, models);
  return (
    <StartFoot
      reasons={whyNotClip({ sources, models, clip })}
      isPreviewing={isPreviewing}
      start={count === 0 ? t('interpolate.start') : t('interpolate.startCount', { count })}
      foreseen={foreseen && foreseenText(foreseen)}
    />
  );
}

/** "500 frames · About 1 min · about 0.8 MB" */
function foreseenText({ frames, milliseconds, bytes }: Foreseen): string {
  return [
    t('interpolate.frames', { count: frames }),
    ...(milliseconds === undefined ? [] : [t('restore.about', { time: duration(milliseconds) })]),
    t('interpolate.about', { size: megabytes(Math.max(LEAST_BYTES, bytes)) }),
  ].join(' · ');
}
