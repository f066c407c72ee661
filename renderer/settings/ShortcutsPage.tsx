import { useState } from 'react';
import { ACTION_IDS, ACTIONS, type Action, type ActionId } from '../../contract/actions.ts';
import { changeShortcut, shortcutsOf } from '../../contract/shortcuts.ts';
import { keyText } from '../app/keys.ts';
import { useStudio } from '../app/store.ts';
import { Icon, type IconName } from '../ui/Icon.tsx';
import { Panel } from '../ui/Panel.tsx';
import { SearchField } from '../ui/SearchField.tsx';
import { Tip } from '../ui/Tip.tsx';
import { t } from '../ui/words.ts';
import { KeyField } from './KeyField.tsx';
import { backToAll, settle } from './settle.ts';

const MENUS: Action['menu'][] = ['File', 'Edit', 'View', 'Queue', 'Help'];

interface Refused {
  id: ActionId;
  why: string;
}

/** Every action with its keys, by menu; keys that another action has, or the system, are refused. */
export function ShortcutsPage() {
  const changes = useStudio(({ appSettings }) => appSettings.shortcuts);
  const isMac = useStudio((state) => state.platform === 'darwin');
  const [typed, setTyped] = useState('');
  const [refused, setRefused] = useState<Refused>();
  const shortcuts = shortcutsOf(changes);
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const isFound = (id: ActionId) =>
    words.every((word) =>
      `${t(`actions.${id}`)} ${keyText(shortcuts.get(id), isMac)}`.toLowerCase().includes(word),
    );

  const change = (id: ActionId, keys: string | null | undefined) => {
    const answer = changeShortcut(changes, id, keys);
    const shown = keyText(keys ?? (ACTIONS[id] as Action).keys, isMac);
    if (answer.kind === 'changed') {
      setRefused(undefined);
      void settle({ shortcuts: answer.changes });
    } else if (answer.kind === 'taken')
      setRefused({
        id,
        why: t('settings.shortcuts.taken', { keys: shown, action: t(`actions.${answer.by}`) }),
      });
    else setRefused({ id, why: t('settings.shortcuts.reserved', { keys: shown }) });
  };

  const groups = MENUS.map((menu) => ({
    menu,
    ids: ACTION_IDS.filter((id) => ACTIONS[id].menu === menu && isFound(id)),
  })).filter(({ ids }) => ids.length > 0);
  return (
    <Panel
      title={t('settings.shortcuts.title')}
      back={backToAll}
      foot={
        <button
          type="button"
          className="button"
          aria-disabled={Object.keys(changes).length === 0}
          onClick={() => {
            setRefused(undefined);
            void settle({ shortcuts: {} });
          }}
        >
          {t('settings.shortcuts.resetAll')}
        </button>
      }
    >
      <div className="settings">
        <div className="section">
          <p className="faint">{t('settings.shortcuts.intro')}</p>
          <SearchField label={t('settings.shortcuts.find')} value={typed} onChange={setTyped} />
        </div>
        {groups.map(({ menu, ids }) => (
          <section key={menu} className="section" aria-labelledby={`keys-${menu}`}>
            <h3 id={`keys-${menu}`}>{t(`menu.${menu}`)}</h3>
            <ul className="shortcuts">
              {ids.map((id) => (
                <li key={id}>
                  <KeyField
                    id={id}
                    keys={keyText(shortcuts.get(id), isMac)}
                    isMac={isMac}
                    onKeys={(keys) => change(id, keys)}
                  />
                  <Offers
                    id={id}
                    hasKeys={shortcuts.has(id)}
                    isChanged={changes[id] !== undefined}
                    onChange={(keys) => change(id, keys)}
                  />
                  {refused?.id === id && (
                    <p className="bad" role="alert">
                      {refused.why}
                    </p>
                  )}
                </li>
              ))}
            </ul>
          </section>
        ))}
        {groups.length === 0 && <p className="faint">{t('settings.shortcuts.none')}</p>}
      </div>
    </Panel>
  );
}

interface OffersProps {
  id: ActionId;
  hasKeys: boolean;
  isChanged: boolean;
  onChange(keys: null | undefined): void;
}

/** As it was, and none. */
function Offers({ id, hasKeys, isChanged, onChange }: OffersProps) {
  const action = t(`actions.${id}`);
  return (
    <span className="shortcut-offers">
      {isChanged && (
        <Offer
          icon="reset"
          label={t('settings.shortcuts.resetOf', { action })}
          onPress={() => onChange(undefined)}
        />
      )}
      {hasKeys && (
        <Offer
          icon="stop"
          label={t('settings.shortcuts.clearOf', { action })}
          onPress={() => onChange(null)}
        />
      )}
    </span>
  );
}

function Offer({ icon, label, onPress }: { icon: IconName; label: string; onPress(): void }) {
  return (
    <Tip text={label} side="left">
      <button
        type="button"
        className={`shortcut-offer shortcut-${icon}`}
        aria-label={label}
        onClick={onPress}
      >
        <Icon name={icon} />
      </button>
    </Tip>
  );
}
