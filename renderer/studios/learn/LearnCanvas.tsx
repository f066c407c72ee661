import { LEARN_SAMPLES, OF_KINDS } from '../../../contract/learn-kinds.ts';
import { chooseToLearn, sampleToLearn, shownLearnt, shownTraining } from '../../app/learn-changes.ts';
import { useStudio } from '../../app/store.ts';
import { megabytes, t } from '../../ui/words.ts';
import { foundWords } from './source-words.ts';
import { ThingMiddle } from './ThingMiddle.tsx';
import { TrainingMiddle } from './TrainingMiddle.tsx';

/** What can be learnt, what is being learnt, or what came of it. */
export function LearnCanvas() {
  const training = useStudio(shownTraining);
  const thing = useStudio(shownLearnt);
  const isLoading = useStudio(({ phase }) => phase === 'loading');
  const isDropping = useStudio((state) => state.isDropping);
  return (
    <div className="canvas learn-canvas">
      {isLoading && <p className="canvas-message dim">{t('canvas.opening')}</p>}
      {!isLoading &&
        (training ? (
          <TrainingMiddle training={training} />
        ) : thing ? (
          <ThingMiddle thing={thing} />
        ) : (
          <Beginning />
        ))}
      {isDropping && <div className="drop-here">{t('learn.drop')}</div>}
    </div>
  );
}

/** Pictures for who has none at hand; how much is fetched for it is said before. */
function TrySample() {
  const kind = useStudio(({ learn }) => learn.kind);
  const fetching = useStudio((state) => state.fetchingSample);
  if (fetching)
    return (
      <p className="row">
        <span className="faint">{t('learn.fetching')}</span>
        <button type="button" className="link" onClick={() => fetching.cancel()}>
          {t('app.cancel')}
        </button>
      </p>
    );
  return OF_KINDS[kind].samples.map((sample) => (
    <button key={sample} type="button" className="link" onClick={() => void sampleToLearn(sample)}>
      {sample === 'scene'
        ? t('learn.sampleScene')
        : t(`learn.sample.${sample}`, { size: megabytes(LEARN_SAMPLES[sample]) })}
    </button>
  ));
}

/** What to do first, and what to expect. */
function Beginning() {
  const kind = useStudio(({ learn }) => learn.kind);
  const source = useStudio((state) => state.toLearn);
  const count = useStudio((state) => state.toLearnCount);
  const { of } = OF_KINDS[kind];
  return (
    <div className="welcome">
      <h2>{source ? source.name : t(`learn.welcome.${of}`)}</h2>
      <p className="dim">{source ? foundWords(of, source, count) : t(`learn.kinds.${kind}.what`)}</p>
      <div className="row">
        <button type="button" className="button" onClick={() => void chooseToLearn('folder')}>
          {t('learn.chooseFolder')}
        </button>
        <button type="button" className="button" onClick={() => void chooseToLearn('files')}>
          {t(`learn.chooseFiles.${of}`)}
        </button>
      </div>
      {!source && <TrySample />}
      <ul className="learn-facts faint">
        <li>{t(`learn.kinds.${kind}.makes`)}</li>
        <li>{t('learn.facts.own')}</li>
        <li>{t('learn.facts.time')}</li>
      </ul>
    </div>
  );
}
