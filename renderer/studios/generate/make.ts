import type { GenerateSettings, PageStep } from '../../../contract/generate-settings.ts';
import type { MadeView } from '../../../contract/made.ts';
import { INPAINTING, type Studio } from '../../../contract/tasks.ts';
import { attempt, bridge } from '../../app/bridge.ts';
import { changeGenerate, showMade } from '../../app/generate-changes.ts';
import { getState, type StudioState, select, selectedSource, setState } from '../../app/store.ts';
import { anySeed } from '../../ui/any-seed.ts';
import { nextTo } from './next-to.ts';
import { padOf, sheetStep, walkStep } from './pins.ts';
import { stepOf, withStep } from './presets.ts';

/** How many variations "more like this" makes. */
const MORE = 4;

/** Makes what the inspector says; the first of them is what the canvas shows. */
export async function make({ generate }: StudioState): Promise<void> {
  const { kind, count, isSeedFixed } = generate;
  // A pattern is the one on the canvas, and so is a picture of a latent space.
  await showFirst(begin([stepOf(generate)], count, kind !== 'diffusion' || isSeedFixed));
}

/** More pictures like one: of the same settings with the seeds that follow, or from beside it in its space. */
export async function makeMore({ step }: MadeView): Promise<void> {
  await showFirst(begin([nextTo(step)], MORE, true));
}

/** A clip of the way through the pins. */
export async function makeWalk({ generate }: StudioState): Promise<void> {
  await showFirst(begin([walkStep(generate)], 1, true, outputOf(generate, 'walk')));
}

/** One picture of many. */
export async function makeSheet({ generate }: StudioState): Promise<void> {
  await showFirst(begin([sheetStep(generate, anySeed())], 1, true, outputOf(generate, 'sheet')));
}

/** Its name says what it is, and nothing is written over: a picture may have the same one. */
function outputOf({ output }: GenerateSettings, what: 'walk' | 'sheet'): GenerateSettings['output'] {
  const format = output.format === 'svg' ? 'png' : output.format;
  return { ...output, format, name: `${output.name}_${what}`, existing: 'rename' };
}

/** What was begun is what the canvas shows. */
async function showFirst(begun: Promise<string[] | undefined>): Promise<void> {
  const [first] = (await begun) ?? [];
  if (first !== undefined) showMade(first);
}

/**
 * Queues pictures of each step, in the order of steps.
 * @returns their ids; undefined where they cannot be made, which is said
 */
export async function begin(
  steps: readonly PageStep[],
  count: number,
  isSeedFixed: boolean,
  asked?: GenerateSettings['output'],
): Promise<string[] | undefined> {
  const state = getState();
  const { folder } = state.generate;
  const output = asked ?? state.generate.output;
  const isOfWords = steps.some(({ kind }) => kind === 'diffusion');
  const source = isOfWords ? selectedSource(state) : undefined;
  const mask = source && state.masks[source.id]?.[INPAINTING];
  const started = await attempt(
    bridge.startGenerate({
      ...{ steps: steps.map(withoutPins), count, isSeedFixed, output },
      ...(source?.state === 'ready' && { source: source.id, ...(mask !== undefined && { mask }) }),
      ...(folder && { folder: folder.id }),
    }),
  );
  return started?.made;
}

/** What is made does not hang on what is kept. */
function withoutPins(step: PageStep): PageStep {
  return step.kind === 'latent' ? { ...step, pins: undefined } : step;
}

/** Makes the settings those of a picture that was made. */
export function takeSettingsOf({ step }: MadeView): void {
  takeStep(step);
}

/** Makes the settings those of a step; where its model is not here, the one that is chosen stays. */
export function takeStep(step: PageStep): void {
  const { generate, bundles } = getState();
  if (step.kind === 'latent') {
    changeGenerate({ kind: step.kind, ...padOf(step, generate) });
    return;
  }
  if (step.kind === 'rule') {
    changeGenerate(withStep(step, generate));
    return;
  }
  const { model: _, ...rest } = step;
  const isHere = bundles.some(({ id }) => id === step.model);
  const model = isHere ? step.model : generate.diffusion.model;
  const diffusion = { ...rest, ...(model !== undefined && { model }) };
  changeGenerate({ ...withStep(diffusion, generate), isSeedFixed: true });
}

/** Opens a made picture in a studio. */
export async function openIn(id: string, studio: Studio): Promise<void> {
  const opened = await attempt(bridge.openMade({ id, studio }));
  if (!opened) return;
  if (studio === 'generate') {
    changeGenerate({ kind: 'diffusion' });
    setState({ shownMade: undefined, besideMade: undefined, generateView: 'canvas' });
  }
  select(opened.source, studio);
}
