import { useEffect } from 'react';
import type { Outcome } from '../../contract/bridge.ts';
import type { PresetView } from '../../contract/views.ts';
import { isBusy } from '../inspector/startable.ts';
import { chainOf } from '../studios/restore/steps.ts';
import { attempt, bridge } from './bridge.ts';
import { back, type Change, forward, type Step, stepped } from './history.ts';
import { allSteps } from './pending.ts';
import {
  getState,
  idsOf,
  type RestoreSettings,
  type StudioState,
  select,
  setState,
  sortSources,
  useStudio,
} from './store.ts';

/** The inspectors' settings as they were before a drag, or before a field was typed in: all until its end is one step. */
let held: Settings | undefined;
/** A change out of the history is not another step of it. */
let isApplying = false;

function record(step: Step<Change>): void {
  setState(({ history }) => ({ history: stepped(history, step) }));
}

/** Remembers from now on every change of the settings and of the order, wherever it comes from. */
export function keepHistory(): void {
  useStudio.subscribe((now, before) => {
    // Another studio has a history of its own.
    if (isApplying || now.studio !== before.studio) return;
    if (!held) recordSettings(before, now);
    if (now.sort !== before.sort)
      record({ undo: { kind: 'sort', sort: before.sort }, redo: { kind: 'sort', sort: now.sort } });
  });
}

type Settings = Pick<StudioState, 'settings' | 'clip' | 'parts' | 'style' | 'generate' | 'masks'>;

function recordSettings(before: Settings, now: Settings): void {
  if (isOther(before.clip, now.clip))
    record({ undo: { kind: 'clip', clip: before.clip }, redo: { kind: 'clip', clip: now.clip } });
  if (isOther(said(before.style), said(now.style)))
    record({ undo: { kind: 'style', style: before.style }, redo: { kind: 'style', style: now.style } });
  if (isOther(asked(before.generate), asked(now.generate)))
    record({
      undo: { kind: 'generate', generate: before.generate },
      redo: { kind: 'generate', generate: now.generate },
    });
  for (const source of Object.keys({ ...before.parts, ...now.parts })) {
    const [part, next] = [before.parts[source], now.parts[source]];
    if (isOther(part, next))
      record({ undo: { kind: 'part', source, part }, redo: { kind: 'part', source, part: next } });
  }
  if (isOther(before.settings, now.settings) && !isOtherStepShown(before.settings, now.settings))
    record({
      undo: { kind: 'settings', settings: before.settings },
      redo: { kind: 'settings', settings: now.settings },
    });
  if (before.masks === now.masks) return;
  for (const source of Object.keys({ ...before.masks, ...now.masks })) {
    const [masks, next] = [before.masks[source], now.masks[source]];
    if (isOther(masks, next))
      record({ undo: { kind: 'masks', source, masks }, redo: { kind: 'masks', source, masks: next } });
  }
}

/** Another layer is shown: that is looking, not changing. */
function said({ layer: _, ...style }: StudioState['style']): unknown {
  return style;
}

/** Another way of making pictures is shown: as above. */
function asked({ kind: _, ...generate }: StudioState['generate']): unknown {
  return generate;
}

function isOther(before: unknown, now: unknown): boolean {
  return before !== now && JSON.stringify(before) !== JSON.stringify(now);
}

/** Only another of the same steps is shown: that is looking, not changing. */
function isOtherStepShown(before: RestoreSettings, now: RestoreSettings): boolean {
  const { models } = getState();
  const stepsAndRules = (settings: RestoreSettings) =>
    JSON.stringify([chainOf(settings, models).steps, settings.output, settings.folder]);
  return before.before.length !== now.before.length && stepsAndRules(before) === stepsAndRules(now);
}

/** Begins a step of many changes; one that is open goes on. */
export function holdStep(): void {
  held ??= getState();
}

/** Ends it. */
export function endStep(): void {
  const before = held;
  held = undefined;
  if (before) recordSettings(before, getState());
}

/** For a field: all that is typed until it is left is one step. */
export function useOneStep(): { onFocus(): void; onBlur(): void } {
  // A field that goes away hears no blur.
  useEffect(() => endStep, []);
  return { onFocus: holdStep, onBlur: endStep };
}

/** What failed is said, and is no step. */
async function succeeds(call: Promise<Outcome<unknown>>): Promise<boolean> {
  const outcome = await call;
  if (!outcome.ok) setState({ notice: outcome.error });
  return outcome.ok;
}

/** Takes pictures off the list, as a step. */
export async function closeSources(ids: readonly string[]): Promise<void> {
  if (await succeeds(bridge.removeSources({ ids: [...ids] })))
    record({ undo: { kind: 'bringBack', ids }, redo: { kind: 'close', ids } });
}

/** Deletes a preset, as a step. */
export async function removePreset(preset: PresetView): Promise<void> {
  const { studio, name } = preset;
  if (await succeeds(bridge.removePreset({ studio, name })))
    record({
      undo: { kind: 'savePreset', preset },
      redo: { kind: 'removePreset', preset: { studio, name } },
    });
}

export async function undo(): Promise<void> {
  endStep();
  await allSteps();
  await move(back(getState().history));
}

export async function redo(): Promise<void> {
  endStep();
  await allSteps();
  await move(forward(getState().history));
}

async function move(moved: ReturnType<typeof back<Change>>): Promise<void> {
  if (!moved) return;
  const { change, history } = moved;
  setState({ history });
  switch (change.kind) {
    case 'settings':
    case 'clip':
    case 'style':
    case 'generate':
    case 'part':
    case 'masks':
    case 'sort':
      isApplying = true;
      if (change.kind === 'settings') setState({ settings: change.settings });
      else if (change.kind === 'clip') setState({ clip: change.clip });
      else if (change.kind === 'style') setState({ style: change.style });
      else if (change.kind === 'generate') setState({ generate: change.generate });
      else if (change.kind === 'part') showPart(change);
      else if (change.kind === 'masks') showMasks(change);
      else sortSources(change.sort);
      isApplying = false;
      return;
    case 'close':
    case 'bringBack':
      return moveSources(change);
    case 'savePreset':
      await attempt(bridge.savePreset(change.preset));
      return;
    case 'removePreset':
      await attempt(bridge.removePreset(change.preset));
  }
}

/** What changes in a clip is to be seen. */
function showPart({ source, part }: Extract<Change, { kind: 'part' }>): void {
  if (getState().sources.some(({ id }) => id === source)) select(source);
  setState(({ parts }) => ({ parts: { ...parts, [source]: part } }));
}

/** As above. */
function showMasks({ source, masks: of }: Extract<Change, { kind: 'masks' }>): void {
  if (getState().sources.some(({ id }) => id === source)) select(source);
  setState(({ masks }) => ({ masks: { ...masks, [source]: of } }));
}

async function moveSources({ kind, ids }: Extract<Change, { ids: unknown }>): Promise<void> {
  if (kind === 'bringBack') await attempt(bridge.bringBackSources({ ids: [...ids] }));
  else {
    // What is in work by now stays.
    const meant = new Set(ids);
    const idle = getState().sources.filter((source) => meant.has(source.id) && !isBusy(source));
    await attempt(bridge.removeSources({ ids: idsOf(idle) }));
  }
}
