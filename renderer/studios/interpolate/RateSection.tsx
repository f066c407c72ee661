import { useState } from 'react';
import { parseRational } from '../../../contract/time.ts';
import { changeStep, selectedSource, useStudio } from '../../app/store.ts';
import { useOneStep } from '../../app/undo.ts';
import { Pick } from '../../ui/Pick.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { t } from '../../ui/words.ts';
import { sourceRate } from './estimate.ts';
import { RATES, rateNumber, rateText, resultRate, TIMES } from './rates.ts';

const SLOW = ['1', '2', '4', '8'] as const;
const OWN = 'own';

/** How many frames a second the result has, and how much slower it is. */
export function RateSection() {
  const step = useStudio(({ clip }) => clip.step);
  const source = useStudio(selectedSource);
  const [isTyping, setTyping] = useState(false);
  const wish = step.fps ?? (step.slow > 1 ? '1x' : '2x');
  const listed: readonly string[] = ['1x', ...TIMES, ...RATES];
  const own = source && sourceRate(source, step);
  const made = resultRate(step, own);
  const isOwn = isTyping || !listed.includes(wish);
  return (
    <>
      <section className="section" aria-labelledby="rate">
        <h2 id="rate">{t('interpolate.rate')}</h2>
        <div className="row fields">
          <Pick
            label={t('interpolate.rate')}
            value={isOwn ? OWN : wish}
            options={[
              ...listed.map((fps) => ({ value: fps, text: rateText({ fps, slow: 1 }) })),
              { value: OWN, text: t('interpolate.ownRate') },
            ]}
            onChange={(fps) => {
              setTyping(fps === OWN);
              if (fps !== OWN) changeStep({ fps });
            }}
          />
          {isOwn && <OwnRate value={wish} />}
        </div>
        <p className="faint note numbers">
          {own && made
            ? t('interpolate.fromTo', { from: rateNumber(own), to: rateNumber(made) })
            : t('interpolate.rateHint')}
        </p>
      </section>
      <section className="section" aria-labelledby="slow">
        <h2 id="slow">{t('interpolate.slow')}</h2>
        <Segments
          label={t('interpolate.slow')}
          value={String(step.slow)}
          options={SLOW.map((value) => ({
            value,
            text: value === '1' ? t('interpolate.asFast') : `×${value}`,
            name: value === '1' ? t('interpolate.asFast') : t('interpolate.slower', { times: value }),
          }))}
          onChange={(value) => changeStep({ slow: Number(value) as 1 | 2 | 4 | 8 })}
        />
      </section>
      {source?.clip && source.clip.kind !== 'clip' && <PictureRate />}
    </>
  );
}

/** A rate of one's own: frames a second, or a fraction. */
function OwnRate({ value }: { value: string }) {
  const [text, setText] = useState(value.endsWith('x') ? '' : value);
  const oneStep = useOneStep();
  const isBad = text !== '' && !parseRational(text)?.num;
  return (
    <input
      className="field own-rate numbers"
      aria-label={t('interpolate.ownRateField')}
      aria-invalid={isBad}
      placeholder="60"
      inputMode="decimal"
      {...oneStep}
      value={text}
      onChange={({ target }) => {
        setText(target.value);
        // Half a number is no wish yet: the one before holds.
        if (parseRational(target.value)?.num) changeStep({ fps: target.value.trim().replace(',', '.') });
      }}
    />
  );
}

/** Pictures have no rate of their own. */
function PictureRate() {
  const rate = useStudio(({ clip }) => clip.step.rate);
  const [text, setText] = useState(rate);
  const oneStep = useOneStep();
  const isBad = !parseRational(text)?.num;
  return (
    <section className="section" aria-labelledby="picture-rate">
      <h2 id="picture-rate">{t('interpolate.pictureRate')}</h2>
      <input
        className="field numbers"
        aria-labelledby="picture-rate"
        aria-invalid={isBad}
        inputMode="decimal"
        {...oneStep}
        value={isBad ? text : rate}
        onChange={({ target }) => {
          setText(target.value);
          if (parseRational(target.value)?.num) changeStep({ rate: target.value.trim().replace(',', '.') });
        }}
      />
    </section>
  );
}
