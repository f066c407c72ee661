import { type Rational, toNumber } from '../../contract/time.ts';
import type { Translate } from '../../contract/words/words.ts';
import type { ClipState, Looked, OnScreen } from './clip-store.ts';
import type { ResultSide, Shown } from './result-side.ts';
import { timecode } from './timeline.ts';

/** "23.976": frames a second with as many digits as tell rates apart. */
function rateText(rate: Rational): string {
  return String(Math.round(toNumber(rate) * 1000) / 1000);
}

/** "Source · 24 fps" */
export function sourceTag(t: Translate, { rate, nominalRate }: Looked): string {
  return rate
    ? t('clipRoom.tags.source', { rate: rateText(rate) })
    : t('clipRoom.tags.varying', { rate: rateText(nominalRate) });
}

/** "Result · 60 fps · made" */
export function resultTag(
  t: Translate,
  side: ResultSide,
  { shown, latest, origin }: { shown: Shown; latest: ClipState['latest']; origin: OnScreen['origin'] },
): string | undefined {
  if (side.kind === 'none') return undefined;
  if (side.kind === 'latest')
    return (
      latest && t('clipRoom.tags.latest', { time: timecode(latest.time, 2), origin: originText(t, origin) })
    );
  const rate = rateText(side.rate);
  const name = t(side.kind === 'preview' ? 'clipRoom.tags.preview' : 'clipRoom.tags.result', { rate });
  if (shown.state === 'outside') return `${name} · ${t('clipRoom.tags.outside')}`;
  if (origin) return `${name} · ${originText(t, origin)}`;
  return `${name} · ${t(side.kind === 'preview' ? 'clipRoom.tags.making' : 'clipRoom.tags.coming')}`;
}

function originText(t: Translate, origin: OnScreen['origin']): string {
  return t(`clipRoom.origins.${origin ?? 'kept'}`);
}
