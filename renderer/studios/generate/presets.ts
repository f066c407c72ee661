import type { GenerateSettings, PageStep } from '../../../contract/generate-settings.ts';
import type { GeneratePreset, PresetView } from '../../../contract/views.ts';
import { whatOf } from './made-name.ts';

/** What makes the next picture. */
export function stepOf(settings: GenerateSettings): PageStep {
  return settings[settings.kind];
}

/** The settings under a name; a folder belongs to this machine. */
export function generatePresetOf(name: string, settings: GenerateSettings): GeneratePreset {
  return { studio: 'generate', name, step: stepOf(settings), output: settings.output };
}

/** The settings with a step in them, and the rest as it is. */
export function withStep(step: PageStep, settings: GenerateSettings): GenerateSettings {
  return { ...settings, kind: step.kind, [step.kind]: step };
}

/** The preset that the settings are, as long as nothing of it was changed. */
export function generatePresetNow(
  presets: readonly GeneratePreset[],
  settings: GenerateSettings,
): GeneratePreset | undefined {
  const now = plain(generatePresetOf('', settings));
  return presets.find((preset) => plain(preset) === now);
}

/** In one order, so that it can be compared. */
function plain({ step, output }: GeneratePreset): string {
  return JSON.stringify([sorted(step), sorted(output)]);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, each]) => [key, sorted(each)]);
}

/** "Cells", "a fox in the snow"; with a number where that is taken. */
export function freeGenerateName(settings: GenerateSettings, taken: readonly PresetView[]): string {
  const name = whatOf(stepOf(settings));
  const isTaken = (wanted: string) => taken.some((preset) => preset.name === wanted);
  if (!isTaken(name)) return name;
  let number = 2;
  while (isTaken(`${name} (${number})`)) number++;
  return `${name} (${number})`;
}
