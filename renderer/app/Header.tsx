import { ActionButton } from '../ui/ActionButton.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Tip } from '../ui/Tip.tsx';
import { useStudio } from './store.ts';

const LATER = ['Interpolate', 'Style', 'Generate'];

export function Header() {
  const panel = useStudio((state) => state.panel);
  const left = useStudio(({ queue }) => (queue.working ? queue.total - queue.finished : 0));
  return (
    <header className="header">
      <h1 className="wordmark">Gesso</h1>
      <nav className="tabs" aria-label="Studios">
        <button type="button" className="tab" aria-current="page">
          Restore
        </button>
        {LATER.map((name) => (
          <Tip key={name} text={`${name} comes in a later version`} side="bottom">
            <button type="button" className="tab" aria-disabled="true">
              {name}
            </button>
          </Tip>
        ))}
      </nav>
      <div className="tabs header-end">
        <ActionButton action="panel.library" className="tab" isPressed={panel === 'models'}>
          Models
        </ActionButton>
        <ActionButton action="panel.queue" className="tab" isPressed={panel === 'queue'}>
          {left > 0 ? `Queue · ${left}` : 'Queue'}
        </ActionButton>
        <ActionButton action="app.theme" className="tab tab-icon" label="Switch between light and dark">
          <Icon name="theme" />
        </ActionButton>
      </div>
    </header>
  );
}
