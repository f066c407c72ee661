import { chooseKind } from '../../app/generate-changes.ts';
import { t } from '../../ui/words.ts';
import { ImportButtons } from './ImportButtons.tsx';

/** Before there is a diffusion model: what to get, where to put it, and what can be made without one. */
export function HowToBegin() {
  return (
    <>
      <p className="dim">{t('generate.noModel.what')}</p>
      <p className="dim">{t('generate.noModel.where')}</p>
      <div className="row">
        <ImportButtons className="button" />
      </div>
      <div className="row links">
        <button type="button" className="link" onClick={() => chooseKind('rule')}>
          {t('generate.noModel.meanwhile')}
        </button>
        <button type="button" className="link" onClick={() => chooseKind('latent')}>
          {t('generate.noModel.meanwhileLatent')}
        </button>
      </div>
    </>
  );
}
