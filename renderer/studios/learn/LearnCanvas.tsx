import { OF_KINDS } from '../../../contract/learn-kinds.ts';
import { chooseToLearn, shownLearnt, shownTraining } from '../../app/learn-changes.ts';
import { useStudio } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
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
      <ul className="learn-facts faint">
        <li>{t(`learn.kinds.${kind}.makes`)}</li>
        <li>{t('learn.facts.own')}</li>
        <li>{t('learn.facts.time')}</li>
      </ul>
    </div>
  );
}
