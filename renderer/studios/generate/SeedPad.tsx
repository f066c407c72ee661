import type { PageLatent } from '../../../contract/generate-settings.ts';
import { changeLatent } from '../../app/generate-changes.ts';
import { getState, useStudio } from '../../app/store.ts';
import { endStep, holdStep, useOneStep } from '../../app/undo.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { anySeed } from '../../ui/any-seed.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Pad } from '../../ui/Pad.tsx';
import { percentsOf } from '../../ui/percents.ts';
import { t } from '../../ui/words.ts';
import { mixText } from './latent-words.ts';
import { goTo, PinStrip } from './PinStrip.tsx';
import { cornersIn, onCorners } from './pins.ts';
import { useLatentPictures } from './use-latent-pictures.ts';

/** The corners of the pad. */
const MOST = 4;

type Corner = PageLatent['seeds'][number];

/** Other corners: the row that the picture was one of is another one. */
function setSeeds(seeds: readonly Corner[]): void {
  // One of them has to be there.
  const isNothing = seeds.every(({ weight }) => weight === 0);
  const shown = isNothing ? seeds.map(({ seed }) => ({ seed, weight: 1 })) : [...seeds];
  changeLatent({ seeds: shown, picture: 0 });
}

function setSeed(at: number, seed: number): void {
  const { seeds } = getState().generate.latent;
  setSeeds(seeds.map((corner, index) => (index === at ? { ...corner, seed } : corner)));
}

function mix(weights: readonly number[]): void {
  const { seeds } = getState().generate.latent;
  holdStep();
  setSeeds(seeds.map(({ seed }, at) => ({ seed, weight: Math.round((weights[at] ?? 0) * 1e4) / 1e4 })));
}

/** One more corner, with as much as each of the others has. */
function add(): void {
  const { seeds } = getState().generate.latent;
  const total = seeds.reduce((sum, { weight }) => sum + weight, 0);
  setSeeds([...seeds, { seed: anySeed(), weight: total / seeds.length }]);
}

/** Up to four seeds, each a picture, and how much of each the one on the canvas has. */
export function SeedPad() {
  const latent = useStudio(({ generate }) => generate.latent);
  // As the network was trained, whatever is set: they stay as they are while that is tried out.
  const alone = cornersIn({ ...latent, truncation: 1 });
  const pins = latent.pins ?? [];
  const pictureOf = useLatentPictures([...alone, ...pins]);
  const oneStep = useOneStep();
  const { seeds } = latent;
  const percents = percentsOf(seeds.map(({ weight }) => weight));
  return (
    <section className="section" aria-labelledby="seeds">
      <div className="row section-head">
        <h2 id="seeds">{t('generate.latent.seeds')}</h2>
        <ActionButton action="generate.dice" className="link">
          {t('generate.latent.others')}
        </ActionButton>
      </div>
      <Pad
        label={t('generate.latent.pad')}
        text={mixText(seeds)}
        // Two corners may have the same seed.
        corners={seeds.map(({ weight }, at) => ({
          key: String(at),
          weight,
          image: pictureOf(alone[at]!),
        }))}
        pins={pins.flatMap((pin, at) => {
          const weights = onCorners(pin, latent);
          return weights ? [{ key: at, text: String(at + 1), weights, go: () => goTo(pin) }] : [];
        })}
        onMove={mix}
        onEnd={endStep}
      />
      <PinStrip pictureOf={pictureOf} />
      {seeds.map(({ seed }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a corner is its place
        <div key={at} className="row fields corner-row">
          <input
            className="field"
            type="number"
            aria-label={t('generate.latent.seedOf', { number: at + 1 })}
            min={0}
            step={1}
            {...oneStep}
            value={Number.isNaN(seed) ? '' : seed}
            onChange={({ target }) => setSeed(at, target.valueAsNumber)}
          />
          <span className="dim numbers">{t('units.percent', { percent: percents[at] ?? 0 })}</span>
          <button
            type="button"
            className="button menu-button"
            aria-label={t('generate.latent.diceOf', { number: at + 1 })}
            onClick={() => setSeed(at, anySeed())}
          >
            <Icon name="dice" />
          </button>
          {seeds.length > 1 && (
            <button
              type="button"
              className="reset-one"
              aria-label={t('generate.latent.removeOf', { number: at + 1 })}
              onClick={() => setSeeds(seeds.filter((_, index) => index !== at))}
            >
              <Icon name="stop" />
            </button>
          )}
        </div>
      ))}
      {seeds.length < MOST && (
        <button type="button" className="link" onClick={add}>
          {t('generate.latent.add')}
        </button>
      )}
    </section>
  );
}
