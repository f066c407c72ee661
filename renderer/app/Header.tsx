import { STUDIOS } from '../../contract/tasks.ts';
import { ActionButton } from '../ui/ActionButton.tsx';
import { Icon } from '../ui/Icon.tsx';
import { useNarrow } from '../ui/narrow.ts';
import { Tip } from '../ui/Tip.tsx';
import { t } from '../ui/words.ts';
import { useKeyText } from './keys.ts';
import { goTo, useStudio } from './store.ts';

export function Header() {
  const panel = useStudio((state) => state.panel);
  const studio = useStudio((state) => state.studio);
  const keyText = useKeyText();
  const isNarrow = useNarrow();
  const isInspector = useStudio((state) => state.panel === 'inspector' && state.isInspectorOpen);
  const left = useStudio(({ queue }) => (queue.working ? queue.total - queue.finished : 0));
  return (
    <header className="header">
      <h1 className="wordmark">Gesso</h1>
      <nav className="tabs" aria-label={t('app.studioList')}>
        {STUDIOS.map((id) => (
          <Tip key={id} text={t(`actions.studio.${id}`)} keys={keyText(`studio.${id}`)} side="bottom">
            <button
              type="button"
              className="tab"
              aria-current={id === studio ? 'page' : undefined}
              onClick={() => goTo(id)}
            >
              {t(`app.studios.${id}`)}
            </button>
          </Tip>
        ))}
      </nav>
      <div className="tabs header-end">
        {isNarrow && (
          <ActionButton
            action="panel.inspector"
            className="tab tab-icon"
            label={t(`app.panels.inspector.${studio}`)}
            isPressed={isInspector}
          >
            <Icon name="adjust" />
          </ActionButton>
        )}
        <ActionButton action="panel.library" className="tab" isPressed={panel === 'models'}>
          {t('app.panels.models')}
        </ActionButton>
        <ActionButton action="panel.queue" className="tab" isPressed={panel === 'queue'}>
          {left > 0 ? t('app.queueLeft', { left }) : t('app.panels.queue')}
        </ActionButton>
        <ActionButton action="panel.settings" className="tab" isPressed={panel === 'settings'}>
          {t('app.panels.settings')}
        </ActionButton>
        <ActionButton action="app.theme" className="tab tab-icon" label={t('app.theme')}>
          <Icon name="theme" />
        </ActionButton>
      </div>
    </header>
  );
}
