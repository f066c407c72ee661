import type { ErrorRecord } from '../../contract/errors.ts';
import { t, useLanguage } from './words.ts';

/** What happened: in another language than English, first what kind of failure it was, then main's English words. */
export function WhatHappened({ error }: { error: ErrorRecord }) {
  if (useLanguage() === 'en') return error.message;
  return (
    <>
      {t(`errors.${error.code}`)} – <span lang="en">{error.message}</span>
    </>
  );
}

/** What happened, and what to do next. */
export function Why({ error }: { error: ErrorRecord }) {
  return (
    <>
      <WhatHappened error={error} />{' '}
      <span className="dim" lang="en">
        {error.hint}
      </span>
    </>
  );
}
