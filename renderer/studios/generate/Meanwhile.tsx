import { chooseKind } from '../../app/generate-changes.ts';
import { t } from '../../ui/words.ts';

/** What can be made without a diffusion model. */
export function Meanwhile() {
  return (
    <div className="row links">
      <button type="button" className="link" onClick={() => chooseKind('rule')}>
        {t('generate.noModel.meanwhile')}
      </button>
      <button type="button" className="link" onClick={() => chooseKind('latent')}>
        {t('generate.noModel.meanwhileLatent')}
      </button>
    </div>
  );
}
