import { useStudio } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { MadeList } from './MadeList.tsx';
import { ViewSwitch } from './ViewSwitch.tsx';

/** What was made, in a row under the canvas. The grid shows the same, larger. */
export function MadeStrip() {
  const isEmpty = useStudio(({ made }) => made.length === 0);
  const isGrid = useStudio(({ generateView }) => generateView === 'grid');
  return (
    <div className="strip">
      {isEmpty || isGrid ? (
        <p className="faint strip-empty">{isEmpty && t('generate.made.empty')}</p>
      ) : (
        <MadeList shape="row" />
      )}
      <ViewSwitch />
    </div>
  );
}
