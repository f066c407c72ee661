import type { PagePalette } from '../../../contract/generate-settings.ts';
import { HARMONIES, RULES } from '../../../contract/rule-list.ts';
import { changeRule } from '../../app/generate-changes.ts';
import { useStudio } from '../../app/store.ts';
import { useOneStep } from '../../app/undo.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Pick } from '../../ui/Pick.tsx';
import { t } from '../../ui/words.ts';
import { choosePictureFile, PictureRow } from './PictureRow.tsx';

const KINDS = ['own', 'harmony', 'colours', 'picture'] as const;
type Kind = (typeof KINDS)[number];

/** From dark to light: what one changes from. */
const FIRST_COLOURS = ['#14213d', '#4a6fa5', '#e5b769', '#f6f1e7'];
const MOST_COLOURS = 16;

function kindOf(palette: PagePalette | undefined): Kind {
  if (!palette) return 'own';
  if ('harmony' in palette) return 'harmony';
  return 'colours' in palette ? 'colours' : 'picture';
}

/** Which colours the pattern has. */
export function PaletteSection() {
  const { palette, rule } = useStudio(({ generate }) => generate.rule);
  const choose = async (kind: Kind) => {
    if (kind === 'own') changeRule({ palette: undefined });
    else if (kind === 'harmony') changeRule({ palette: { harmony: RULES[rule].harmony } });
    else if (kind === 'colours') changeRule({ palette: { colours: FIRST_COLOURS } });
    else {
      const picture = await choosePictureFile();
      if (picture) changeRule({ palette: { picture } });
    }
  };
  return (
    <section className="section" aria-labelledby="palette">
      <h2 id="palette">{t('generate.palette')}</h2>
      <Pick
        label={t('generate.palette')}
        value={kindOf(palette)}
        options={KINDS.map((value) => ({ value, text: t(`generate.paletteOf.${value}`) }))}
        onChange={(kind) => void choose(kind)}
      />
      {palette && 'harmony' in palette && (
        <Pick
          label={t('generate.paletteOf.harmony')}
          value={palette.harmony}
          options={HARMONIES.map((value) => ({ value, text: t(`generate.harmony.${value}`) }))}
          onChange={(harmony) => changeRule({ palette: { harmony } })}
        />
      )}
      {palette && 'picture' in palette && (
        <PictureRow
          label={t('generate.paletteOf.picture')}
          chosen={palette.picture}
          onChange={(picture) => changeRule({ palette: picture && { picture } })}
        />
      )}
      {palette && 'colours' in palette && <Colours colours={palette.colours} />}
    </section>
  );
}

/** Two to sixteen colours, the darkest end first. */
function Colours({ colours }: { colours: readonly string[] }) {
  const oneStep = useOneStep();
  const change = (next: string[]) => changeRule({ palette: { colours: next } });
  return (
    <ul className="colours">
      {colours.map((colour, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a colour is known by its place
        <li key={at} className="colour">
          <input
            type="color"
            aria-label={t('generate.colour', { number: at + 1 })}
            {...oneStep}
            value={longColour(colour)}
            onChange={({ target }) => change(colours.with(at, target.value))}
          />
          {colours.length > 2 && (
            <button
              type="button"
              className="reset-one"
              aria-label={t('generate.removeColour', { number: at + 1 })}
              onClick={() => change(colours.toSpliced(at, 1))}
            >
              <Icon name="stop" />
            </button>
          )}
        </li>
      ))}
      {colours.length < MOST_COLOURS && (
        <li>
          <button
            type="button"
            className="button menu-button"
            aria-label={t('generate.addColour')}
            onClick={() => change([...colours, colours.at(-1) ?? '#ffffff'])}
          >
            <Icon name="plus" />
          </button>
        </li>
      )}
    </ul>
  );
}

/** "#abc" -> "#aabbcc": all that a field of colour takes. */
function longColour(colour: string): string {
  return colour.length === 4 ? colour.replace(/[0-9a-f]/gi, '$&$&') : colour;
}
