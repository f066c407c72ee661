import { RESTORATION } from '../../../contract/tasks.ts';
import { MaskRow } from '../../inspector/MaskRow.tsx';
import { t } from '../../ui/words.ts';

/** Where on the picture the steps apply. */
export function MaskSection() {
  return (
    <section className="section" aria-labelledby="mask">
      <h2 id="mask">{t('mask.title')}</h2>
      <MaskRow layer={RESTORATION} />
    </section>
  );
}
