import { DropdownMenu } from 'radix-ui';
import { useRef, useState } from 'react';
import type { PresetView } from '../../contract/views.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { setState } from '../app/store.ts';
import { removePreset } from '../app/undo.ts';
import { choosePreset } from '../studios/choose-preset.ts';
import { floating } from '../ui/floating.ts';
import { Icon } from '../ui/Icon.tsx';
import { NameForm } from '../ui/NameForm.tsx';
import { Pick } from '../ui/Pick.tsx';
import { t } from '../ui/words.ts';

/** What is being named: the settings as they are, or a preset that is there. */
type Naming = 'new' | 'old' | undefined;

interface PresetMenuProps {
  /** Those of this studio, in order. */
  presets: readonly PresetView[];
  /** Those that every machine has: they cannot be changed. */
  builtIn?: readonly PresetView[];
  /** The one that the settings are, as long as nothing of it was changed. */
  now: PresetView | undefined;
  /** Whether the settings say anything that could be kept; left out: they do. */
  canSave?: boolean;
  /** A name for the settings as they are. */
  freeName(): string;
  /** The settings as they are under a name. */
  presetOf(name: string): PresetView;
}

/** An inspector's settings under names: chosen, saved, shared. */
export function PresetMenu({
  presets,
  builtIn = [],
  now,
  canSave = true,
  freeName,
  presetOf,
}: PresetMenuProps) {
  const [naming, setNaming] = useState<Naming>();
  const trigger = useRef<HTMLButtonElement>(null);
  const own = now && presets.includes(now) ? now : undefined;
  const all = [...builtIn, ...presets];
  const close = () => {
    setNaming(undefined);
    // The menu's button is there again a frame later.
    requestAnimationFrame(() => trigger.current?.focus());
  };
  const keep = async (name: string) => {
    const isDone =
      naming === 'old' && own
        ? await bridge.renamePreset({ studio: own.studio, from: own.name, to: name })
        : await bridge.savePreset(presetOf(name));
    if (isDone.ok) close();
    else setState({ notice: isDone.error });
  };
  return (
    <section className="section" aria-labelledby="presets">
      <h2 id="presets">{t('presets.title')}</h2>
      {naming ? (
        <NameForm
          label={t('presets.name')}
          name={naming === 'old' && own ? own.name : freeName()}
          onKeep={(name) => void keep(name)}
          onCancel={close}
        />
      ) : (
        <div className="row fields">
          <Pick
            label={t('presets.choose')}
            value={now?.name ?? ''}
            options={[
              { value: '', text: t(all.length === 0 ? 'presets.none' : 'presets.own') },
              ...all.map(({ name }) => ({ value: name, text: name })),
            ]}
            onChange={(name) => {
              const chosen = all.find((each) => each.name === name);
              if (chosen) choosePreset(chosen);
            }}
          />
          <DropdownMenu.Root modal={false}>
            <DropdownMenu.Trigger ref={trigger} className="button menu-button" aria-label={t('presets.more')}>
              <Icon name="wait" />
            </DropdownMenu.Trigger>
            <DropdownMenu.Portal container={floating}>
              <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
                <Entry text={t('presets.save')} isOff={!canSave} onSelect={() => setNaming('new')} />
                <Entry text={t('presets.import')} onSelect={() => void importPreset()} />
                <DropdownMenu.Separator className="menu-line" />
                <Entry text={t('presets.rename')} isOff={!own} onSelect={() => setNaming('old')} />
                <Entry
                  text={t('presets.export')}
                  isOff={!own}
                  onSelect={() =>
                    own && void attempt(bridge.exportPreset({ studio: own.studio, name: own.name }))
                  }
                />
                <Entry
                  text={t('presets.remove')}
                  isOff={!own}
                  onSelect={() => own && void removePreset(own)}
                />
              </DropdownMenu.Content>
            </DropdownMenu.Portal>
          </DropdownMenu.Root>
        </div>
      )}
    </section>
  );
}

function Entry({ text, isOff = false, onSelect }: { text: string; isOff?: boolean; onSelect(): void }) {
  return (
    <DropdownMenu.Item className="menu-row" disabled={isOff} onSelect={onSelect}>
      {text}
    </DropdownMenu.Item>
  );
}

async function importPreset(): Promise<void> {
  const imported = await attempt(bridge.importPreset());
  if (imported?.preset) choosePreset(imported.preset);
}
