import { useEffect, useRef, useState } from 'react';
import { t } from '../ui/words.ts';
import { attempt, bridge } from './bridge.ts';
import { setState, useStudio } from './store.ts';

/** What would help to mend Gesso, to be read and, if the user likes, saved; nothing is sent. */
export function ReportDialog() {
  const isOpen = useStudio((state) => state.isReportOpen);
  return isOpen ? <OpenReport /> : null;
}

function OpenReport() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState<string | undefined>();
  useEffect(() => {
    dialog.current?.showModal();
    void attempt(bridge.getReport()).then((report) => setText(report?.text ?? ''));
  }, []);
  const close = () => {
    void bridge.readReport();
    setState({ isReportOpen: false, hasReport: false });
  };
  return (
    <dialog
      ref={dialog}
      className="report"
      aria-labelledby="report-title"
      onClose={close}
      // The keys of the window do not reach through.
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 id="report-title">{t('report.title')}</h2>
      <p className="dim">{t('report.about')}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the keys */}
      <pre className="report-text" tabIndex={0} lang="en">
        {text ?? t('report.reading')}
      </pre>
      <div className="report-buttons">
        <button type="button" className="button" onClick={() => void attempt(bridge.saveReport())}>
          {t('report.save')}
        </button>
        <button type="button" className="button" onClick={() => dialog.current?.close()}>
          {t('app.close')}
        </button>
      </div>
    </dialog>
  );
}

/** Something died, and the window came back: its report is offered, once. */
export function ReportOffer() {
  const hasReport = useStudio((state) => state.hasReport);
  if (!hasReport) return null;
  const leave = () => {
    void bridge.readReport();
    setState({ hasReport: false });
  };
  return (
    <div className="notice">
      <p>{t('report.offer')}</p>
      <button type="button" className="link" onClick={() => setState({ isReportOpen: true })}>
        {t('report.read')}
      </button>
      <button type="button" className="link" onClick={leave}>
        {t('app.close')}
      </button>
    </div>
  );
}
