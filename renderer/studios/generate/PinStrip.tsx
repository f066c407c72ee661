import type { KeyboardEvent } from 'react';
import type { LatentPlace } from '../../../contract/latent-step.ts';
import { placeIn } from '../../../contract/latent-step.ts';
import { changeLatent } from '../../app/generate-changes.ts';
import { getState, useStudio } from '../../app/store.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { t } from '../../ui/words.ts';
import { conditionText, mixText } from './latent-words.ts';
import { samePlace, withoutPin } from './pins.ts';

/** Makes a kept place the one that is set. */
export function goTo(pin: LatentPlace): void {
  // One that says nothing of conditions takes the one that is set away.
  changeLatent({ condition: undefined, ...pin });
}

function remove(at: number): void {
  changeLatent({ pins: withoutPin(getState().generate.latent.pins ?? [], at) });
}

/** Arrows go from pin to pin, Delete removes one. */
function press(event: KeyboardEvent<HTMLOListElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('.pin-go')];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
  const isRemoved = event.key === 'Delete' || event.key === 'Backspace';
  if (at < 0 || event.ctrlKey || event.metaKey || (to === undefined && !isRemoved)) return;
  event.preventDefault();
  if (!isRemoved) {
    buttons[to!]?.focus();
    return;
  }
  // The focus stays in the row, or goes back to where pins are made.
  const next = buttons[at + 1] ? at : at - 1;
  const row = event.currentTarget.parentElement;
  remove(at);
  requestAnimationFrame(() =>
    (row?.querySelectorAll<HTMLElement>('.pin-go')[next] ?? row?.querySelector('button'))?.focus(),
  );
}

/** The places that are kept, each as its picture. */
export function PinStrip({ pictureOf }: { pictureOf(place: LatentPlace): string | undefined }) {
  const latent = useStudio(({ generate }) => generate.latent);
  const { pins = [] } = latent;
  const here = samePlace(placeIn(latent));
  return (
    <div className="pins">
      <ActionButton action="latent.pin" className="button">
        {t('generate.latent.pinHere')}
      </ActionButton>
      {pins.length === 0 && <p className="faint note">{t('generate.latent.pinHint')}</p>}
      {pins.length > 0 && (
        <ol className="pin-row" aria-label={t('generate.latent.pins')} onKeyDown={press}>
          {pins.map((pin, at) => {
            const image = pictureOf(pin);
            const asked = conditionText(pin);
            const mix = [mixText(pin.seeds), asked].filter(Boolean).join(', ');
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a pin is its number
              <li key={at} className="pin">
                <button
                  type="button"
                  className="pin-go"
                  aria-label={t('generate.latent.pinOf', { number: at + 1, mix })}
                  aria-current={samePlace(pin) === here}
                  aria-keyshortcuts="Delete"
                  onClick={() => goTo(pin)}
                >
                  {image !== undefined && <img src={image} alt="" draggable={false} />}
                  <span className="pin-number numbers">{at + 1}</span>
                </button>
                <button
                  type="button"
                  className="pin-remove"
                  tabIndex={-1}
                  aria-label={t('generate.latent.unpin', { number: at + 1 })}
                  onClick={() => remove(at)}
                >
                  <Icon name="stop" />
                </button>
              </li>
            );
          })}
        </ol>
      )}
    </div>
  );
}
