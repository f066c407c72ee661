import { changeLook, lookOf, useStudio } from '../../app/store.ts';
import { Check } from '../../ui/Check.tsx';
import { t } from '../../ui/words.ts';
import { Amount } from './Amount.tsx';

/** Strokes are told by their logarithm: twice as broad is as far from once as half as broad. */
const BRUSH = { min: -2, max: 2, step: 0.25 };
const SHARE = { min: 0, max: 100, step: 1 };

/** How strong, in which colours, with which strokes. */
export function LookSection() {
  const { strength, keptColour, brush, detail, exact } = useStudio(({ style }) => lookOf(style));
  const percent = (value: number) => t('units.percent', { percent: Math.round(value * 100) });
  return (
    <>
      <Amount
        label={t('style.strength')}
        text={percent(strength)}
        value={Math.round(strength * 100)}
        {...SHARE}
        onChange={(value) => changeLook({ strength: value / 100 })}
      />
      <Amount
        label={t('style.colour')}
        text={percent(keptColour)}
        value={Math.round(keptColour * 100)}
        {...SHARE}
        onChange={(value) => changeLook({ keptColour: value / 100 })}
      />
      <Amount
        label={t('style.brush')}
        text={t('style.brushOf', { times: Math.round(brush * 100) / 100 })}
        value={Math.log2(brush)}
        {...BRUSH}
        onChange={(value) => changeLook({ brush: 2 ** value })}
      />
      <Amount
        label={t('style.detail')}
        text={percent(detail)}
        value={Math.round(detail * 100)}
        {...SHARE}
        onChange={(value) => changeLook({ detail: value / 100 })}
      />
      <Check isOn={exact} onChange={(isOn) => changeLook({ exact: isOn })}>
        {t('style.exact')}
      </Check>
    </>
  );
}
