import { useStudio } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { MadeList } from './MadeList.tsx';
import { MadeTools } from './MadeTools.tsx';

/** All that was made, as large as there is room for. */
export function MadeGrid() {
  const isEmpty = useStudio(({ made }) => made.length === 0);
  if (isEmpty) return <p className="canvas-message dim">{t('generate.made.empty')}</p>;
  return (
    <>
      <MadeList shape="grid" />
      <div className="canvas-bars">
        <MadeTools />
      </div>
    </>
  );
}
