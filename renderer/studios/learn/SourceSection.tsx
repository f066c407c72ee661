import { OF_KINDS } from '../../../contract/learn-kinds.ts';
import { chooseToLearn } from '../../app/learn-changes.ts';
import { useStudio } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { foundWords } from './source-words.ts';

/** What it is learnt from. */
export function SourceSection() {
  const kind = useStudio(({ learn }) => learn.kind);
  const source = useStudio((state) => state.toLearn);
  const count = useStudio((state) => state.toLearnCount);
  const { of } = OF_KINDS[kind];
  return (
    <section className="section" aria-labelledby="learn-source">
      <h2 id="learn-source">{t('learn.source')}</h2>
      {source && (
        <p className="learn-source">
          <strong className="cut-off">{source.name}</strong>
          <span className="faint numbers">{foundWords(of, source, count)}</span>
        </p>
      )}
      <div className="row buttons">
        <button type="button" className="button" onClick={() => void chooseToLearn('folder')}>
          {t('learn.chooseFolder')}
        </button>
        <button type="button" className="button" onClick={() => void chooseToLearn('files')}>
          {t(`learn.chooseFiles.${of}`)}
        </button>
      </div>
      <p className="faint note">{t(`learn.kinds.${kind}.needs`)}</p>
    </section>
  );
}
