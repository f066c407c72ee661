import { Icon } from '../ui/Icon.tsx';
import { Why } from '../ui/Why.tsx';
import { t } from '../ui/words.ts';
import { ReportOffer } from './ReportDialog.tsx';
import { setState, useStudio } from './store.ts';

/** What went wrong with something the user asked for; stays until it is closed. */
export function Notice() {
  const notice = useStudio((state) => state.notice);
  return (
    <div className="notice-place" role="alert">
      <ReportOffer />
      {notice && (
        <div className="notice">
          <Icon name="fail" />
          <p>
            <Why error={notice} />
          </p>
          <button type="button" className="link" onClick={() => setState({ notice: undefined })}>
            {t('app.close')}
          </button>
        </div>
      )}
    </div>
  );
}
