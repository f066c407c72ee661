import { t } from '../../ui/words.ts';
import { importBundle } from './bundles.ts';

/** Two ways to take in a diffusion model: dialogs ask for files or for folders, never for both. */
export function ImportButtons({ className }: { className: string }) {
  return (
    <>
      <button type="button" className={className} onClick={() => void importBundle('file')}>
        {t('generate.importFile')}
      </button>
      <button type="button" className={className} onClick={() => void importBundle('folder')}>
        {t('generate.importFolder')}
      </button>
    </>
  );
}
