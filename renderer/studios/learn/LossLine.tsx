import type { Curve } from '../../../contract/learn-views.ts';
import { significant, t, useLanguage } from '../../ui/words.ts';
import { lossChart } from './loss-chart.ts';

/** The curve of a training: what is missed, step by step. */
export function LossLine({ curve }: { curve: Curve }) {
  useLanguage();
  const chart = lossChart(curve);
  const [first, last] = [curve[0], curve.at(-1)];
  if (!chart || !first || !last) return <p className="faint loss-none">{t('learn.noCurve')}</p>;
  const words = t('learn.curveWords', {
    loss: significant(last[1]),
    step: last[0],
    first: significant(first[1]),
  });
  return (
    <figure className="loss">
      <figcaption className="faint row">
        <span>{chart.isLog ? t('learn.lossLog') : t('learn.loss')}</span>
        <strong className="numbers loss-now">{significant(last[1])}</strong>
      </figcaption>
      <div className="loss-plot" role="img" aria-label={words}>
        {chart.losses.map(({ at, value }) => (
          <span key={value} className="loss-tick loss-tick-y numbers" style={{ top: `${100 * at}%` }}>
            <span>{significant(value)}</span>
          </span>
        ))}
        <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true" focusable="false">
          <path d={chart.path} vectorEffect="non-scaling-stroke" />
        </svg>
        {chart.steps.map(({ at, value }) => (
          <span key={value} className="loss-tick loss-tick-x numbers" style={{ left: `${100 * at}%` }}>
            <span>{value}</span>
          </span>
        ))}
      </div>
      <p className="faint loss-steps">{t('learn.steps')}</p>
    </figure>
  );
}
