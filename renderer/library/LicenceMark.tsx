import type { ModelView } from '../../contract/views.ts';
import { t } from '../ui/words.ts';

/** What should be known of a licence before the model is used for paid work. */
export function LicenceMark({ model }: { model: ModelView }) {
  if (model.nonCommercial) return <span className="licence-mark">{t('library.nonCommercial')}</span>;
  if (model.licence === 'unknown') return <span className="licence-mark">{t('library.noLicence')}</span>;
  return null;
}

/** "MIT · Cheng Wan", as far as it is known. */
export function licenceAndAuthors({ licence, authors }: ModelView): string {
  return [licence === 'unknown' ? '' : licence, authors].filter(Boolean).join(' · ');
}
