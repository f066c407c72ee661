import { chooseLearnMask, takeLearnMask } from '../../app/learn-changes.ts';
import { setState, useStudio } from '../../app/store.ts';
import { Icon } from '../../ui/Icon.tsx';
import { useDrop } from '../../ui/use-drop.ts';
import { t } from '../../ui/words.ts';

/** What is filled in of a picture: dust and scratches, white in a picture of their own. */
export function MaskSection() {
  const mask = useStudio((state) => state.learnMask);
  const drop = useDrop({ type: 'Files', take: ({ files }) => void takeLearnMask([...files]) });
  return (
    <section
      className="section learn-mask"
      aria-labelledby="learn-mask"
      data-dropping={drop.isOver}
      {...drop.handlers}
    >
      <h2 id="learn-mask">{t('learn.mask')}</h2>
      {mask && (
        <p className="row">
          <strong className="cut-off">{mask.name}</strong>
          <button
            type="button"
            className="reset-one"
            aria-label={t('generate.removeFile', { name: mask.name })}
            onClick={() => setState({ learnMask: undefined })}
          >
            <Icon name="stop" />
          </button>
        </p>
      )}
      <div className="row buttons">
        <button type="button" className="button" onClick={() => void chooseLearnMask()}>
          {t('learn.chooseMask')}
        </button>
      </div>
      <p className="faint note">{t('learn.maskHint')}</p>
    </section>
  );
}
