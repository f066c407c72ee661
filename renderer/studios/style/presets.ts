import type { PresetLayer } from '../../../contract/style-settings.ts';
import type { PresetView, StylePictureView, StylePreset } from '../../../contract/views.ts';
import type { StyleSettings } from '../../app/store.ts';
import { shownLayers } from './layers.ts';
import { nameOf } from './shelf.ts';

/** The settings under a name: the layers that are shown. Masks belong to pictures, a folder to this machine. */
export function stylePresetOf(name: string, { layers, output }: StyleSettings): StylePreset {
  const kept = shownLayers(layers).map(({ id: _id, isShown: _isShown, ...layer }) => layer);
  return { studio: 'style', name, layers: kept, output };
}

/** The settings with what a preset says, and the rest as it is. What is painted on a layer stays on the one in its place. */
export function withStylePreset(
  { layers, output }: StylePreset,
  settings: StyleSettings,
  newId: () => string,
): StyleSettings {
  const made = layers.map((layer, at) => ({
    ...layer,
    id: settings.layers[at]?.id ?? newId(),
    isShown: true,
  }));
  return { ...settings, layers: made, layer: made.at(-1)?.id ?? settings.layer, output };
}

/** The preset that the settings are, as long as nothing of it was changed. */
export function stylePresetNow(
  presets: readonly StylePreset[],
  settings: StyleSettings,
): StylePreset | undefined {
  const now = plain(stylePresetOf('', settings));
  return presets.find((preset) => !preset.missing && plain(preset) === now);
}

/** In one order, so that it can be compared. */
function plain({ layers, output }: StylePreset): string {
  const { format, quality, name, existing, stripPrivate, layered = false } = output;
  return JSON.stringify([layers.map(plainLayer), format, quality, name, existing, stripPrivate, layered]);
}

function plainLayer({ label, look, opacity, blend }: PresetLayer): unknown {
  const { styles, strength, keptColour, brush, detail, exact } = look;
  const chosen = styles.map(({ from, weight }) => ['builtIn' in from ? from.builtIn : from.picture, weight]);
  return [label ?? null, chosen, strength, keptColour, brush, detail, exact, opacity, blend];
}

/** "Style 3 + Style of wave.png, PNG"; with a number where that is taken. */
export function freeStyleName(
  { layers, output }: StyleSettings,
  pictures: readonly StylePictureView[],
  taken: readonly PresetView[],
): string {
  const styles = shownLayers(layers).flatMap(({ look }) =>
    look.styles.map(({ from }) => nameOf(from, pictures)),
  );
  const said = [...new Set(styles)].join(' + ');
  // Room for the format and a number within the 80 characters of a name.
  const shortened = said.length > 60 ? `${said.slice(0, 59)}…` : said;
  const name = output.format === 'same' ? shortened : `${shortened}, ${output.format.toUpperCase()}`;
  const isTaken = (wanted: string) => taken.some((preset) => preset.name === wanted);
  if (!isTaken(name)) return name;
  let number = 2;
  while (isTaken(`${name} (${number})`)) number++;
  return `${name} (${number})`;
}
