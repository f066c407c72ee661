import { DropdownMenu } from 'radix-ui';
import { useRef, useState } from 'react';
import { attempt, bridge } from '../../app/bridge.ts';
import { getState, setState, useStudio } from '../../app/store.ts';
import { removePreset } from '../../app/undo.ts';
import { floating } from '../../ui/floating.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Pick } from '../../ui/Pick.tsx';
import { t } from '../../ui/words.ts';
import { PresetName } from './PresetName.tsx';
import { freeName, presetNow, presetOf, withPreset } from './presets.ts';

/** What is being named: the settings as they are, or a preset that is there. */
type Naming = 'new' | 'old' | undefined;

/** The inspector's settings under names: chosen, saved, shared. */
export function PresetSection() {
  const presets = useStudio((state) => state.presets);
  const models = useStudio((state) => state.models);
  const settings = useStudio((state) => state.settings);
  const [naming, setNaming] = useState<Naming>();
  const trigger = useRef<HTMLButtonElement>(null);
  const now = presetNow(presets, settings, models);
  const close = () => {
    setNaming(undefined);
    // The menu's button is there again a frame later.
    requestAnimationFrame(() => trigger.current?.focus());
  };
  const keep = async (name: string) => {
    const isDone =
      naming === 'old' && now
        ? await bridge.renamePreset({ from: now.name, to: name })
        : await bridge.savePreset(presetOf(name, settings, models));
    if (isDone.ok) close();
    else setState({ notice: isDone.error });
  };
  return (
    <section className="section" aria-labelledby="presets">
      <h2 id="presets">{t('presets.title')}</h2>
      {naming ? (
        <PresetName
          name={naming === 'old' && now ? now.name : freeName(settings, models, presets)}
          onKeep={(name) => void keep(name)}
          onCancel={close}
        />
      ) : (
        <div className="row fields">
          <Pick
            label={t('presets.choose')}
            value={now?.name ?? ''}
            options={[
              { value: '', text: t(presets.length === 0 ? 'presets.none' : 'presets.own') },
              ...presets.map(({ name }) => ({ value: name, text: name })),
            ]}
            onChange={choosePreset}
          />
          <DropdownMenu.Root modal={false}>
            <DropdownMenu.Trigger ref={trigger} className="button menu-button" aria-label={t('presets.more')}>
              <Icon name="wait" />
            </DropdownMenu.Trigger>
            <DropdownMenu.Portal container={floating}>
              <DropdownMenu.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
                <Entry text={t('presets.save')} onSelect={() => setNaming('new')} />
                <Entry text={t('presets.import')} onSelect={() => void importPreset()} />
                <DropdownMenu.Separator className="menu-line" />
                <Entry text={t('presets.rename')} isOff={!now} onSelect={() => setNaming('old')} />
                <Entry
                  text={t('presets.export')}
                  isOff={!now}
                  onSelect={() => now && void attempt(bridge.exportPreset({ name: now.name }))}
                />
                <Entry
                  text={t('presets.remove')}
                  isOff={!now}
                  onSelect={() => now && void removePreset(now)}
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

/** Makes the settings those of a preset; one whose model is not known changes nothing. */
export function choosePreset(name: string): void {
  const { presets, settings, models } = getState();
  const preset = presets.find((each) => each.name === name);
  const made = preset && withPreset(preset, settings, models);
  if (made) setState({ settings: made });
}

async function importPreset(): Promise<void> {
  const imported = await attempt(bridge.importPreset());
  if (imported?.name !== undefined) choosePreset(imported.name);
}
