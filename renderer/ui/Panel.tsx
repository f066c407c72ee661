import { type ReactNode, useEffect, useRef } from 'react';
import { closePanel } from '../app/store.ts';
import { Icon } from './Icon.tsx';
import { t } from './words.ts';

interface PanelProps {
  title: string;
  /** From a page of a drawer to the drawer; left out: this is the drawer itself. */
  back?: () => void;
  children: ReactNode;
  foot?: ReactNode;
}

/** A drawer over the inspector; Escape or its button brings the inspector back. */
export function Panel({ title, back, children, foot }: PanelProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => {
    // The button that had the focus may have gone with what it did.
    const hear = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && event.target === document.body) closePanel();
    };
    window.addEventListener('keydown', hear);
    return () => window.removeEventListener('keydown', hear);
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is heard from everything inside
    <div className="drawer" onKeyDown={(event) => event.key === 'Escape' && (back ?? closePanel)()}>
      <div className="drawer-head">
        {back && (
          <button type="button" className="drawer-back" aria-label={t('app.back')} onClick={back}>
            <Icon name="back" />
          </button>
        )}
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <button type="button" className="link" onClick={closePanel}>
          {t('app.close')}
        </button>
      </div>
      <div className="drawer-body">{children}</div>
      {foot && <div className="drawer-foot">{foot}</div>}
    </div>
  );
}
