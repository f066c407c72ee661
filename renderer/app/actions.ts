import type { ActionId } from '../../contract/actions.ts';
import type { MadeView } from '../../contract/made.ts';
import type { CompareMode, PlayerMode } from '../../contract/session.ts';
import { DEFAULT_INTERPOLATION, RESTORATION, type Studio } from '../../contract/tasks.ts';
import type { SourceView } from '../../contract/views.ts';
import { GAINS } from '../canvas/compare.ts';
import { FIRST_BRUSH, type MaskTool } from '../canvas/mask/tools.ts';
import { firstCompared } from '../compare/compared.ts';
import { isBusy, startable } from '../inspector/startable.ts';
import { chooseAll } from '../queue/choose-frames.ts';
import { isOpen } from '../queue/job-facts.ts';
import { drawSeed } from '../studios/generate/draw-seed.ts';
import { isWalk } from '../studios/generate/made-name.ts';
import { make, makeMore, makeSheet, makeWalk, openIn, takeSettingsOf } from '../studios/generate/make.ts';
import { withPin } from '../studios/generate/pins.ts';
import { whyNotMake, whyNotSheet, whyNotWalk } from '../studios/generate/reasons.ts';
import { whyNotClip } from '../studios/interpolate/reasons.ts';
import {
  goOn,
  learn,
  openOnPad,
  openResult,
  removeShown,
  shownResult,
  stop,
} from '../studios/learn/learn.ts';
import { whyNotLearn } from '../studios/learn/reasons.ts';
import { whyNot } from '../studios/restore/reasons.ts';
import { stepsOf } from '../studios/restore/steps.ts';
import { shownLayers } from '../studios/style/layers.ts';
import { whyNotStyle } from '../studios/style/reasons.ts';
import { isNarrow } from '../ui/narrow.ts';
import { attempt, bridge } from './bridge.ts';
import { type ClipControls, clipControls } from './clip-controls.ts';
import { changeLatent, shownMade } from './generate-changes.ts';
import type { GenerateView } from './generate-state.ts';
import { show, shownLearnt, shownTraining } from './learn-changes.ts';
import { canPaintMask, featherMask, invertMask, removeMask, resizeBrush, toggleBrush } from './mask-paint.ts';
import { openFrom, pasteSources } from './open.ts';
import { canPreview, togglePreview } from './preview.ts';
import { hasProject, saveProject } from './project.ts';
import { stage } from './stage.ts';
import { chosenSources, getState, goTo, idsOf, type StudioState, selectedSource, setState } from './store.ts';
import { canPreviewStyle, toggleStylePreview } from './style-preview.ts';
import { closeSources, redo, undo } from './undo.ts';

interface Run {
  isEnabled(state: StudioState): boolean;
  run(state: StudioState): unknown;
}

const always = () => true;
const hasSource = (state: StudioState) => selectedSource(state)?.state === 'ready';
/** The made picture on the canvas, or the one chosen in the grid. */
const madeIn = (state: StudioState) => (state.studio === 'generate' ? shownMade(state) : undefined);
const isMade = (state: StudioState) => ['done', 'skipped'].includes(madeIn(state)?.status ?? '');
const isMadePicture = (state: StudioState) => {
  const step = madeIn(state)?.step;
  return isMade(state) && step !== undefined && !isWalk(step);
};
/** Something of one seed or mixture: a sheet shows many. */
const isMadeOne = (state: StudioState) => {
  const step = madeIn(state)?.step;
  return step !== undefined && (step.kind !== 'latent' || !(step.walk || step.sheet));
};
const isLatent = ({ studio, generate }: StudioState) => studio === 'generate' && generate.kind === 'latent';
const hasPicture = (state: StudioState) =>
  state.studio === 'generate' ? state.zoom > 0 : state.studio !== 'interpolate' && hasSource(state);
const hasClip = (state: StudioState) => state.studio === 'interpolate' && hasSource(state);
const resultOf = (state: StudioState) => {
  if (state.studio === 'generate') return isMade(state) ? madeIn(state) : undefined;
  const item = selectedSource(state)?.item;
  return item && ['done', 'skipped'].includes(item.status) ? item : undefined;
};
const onStage = (run: Run['run']): Run => ({ isEnabled: hasPicture, run });
const shows = (viewMode: CompareMode) => onStage(() => setState({ viewMode }));
const onClip = (run: (controls: ClipControls) => void): Run => ({
  isEnabled: hasClip,
  run: () => {
    const controls = clipControls();
    if (controls) run(controls);
  },
});
/** There is something that could be compared: of made pictures, two of them. */
const canCompare = (state: StudioState) =>
  state.studio === 'generate' ? state.besideMade !== undefined : hasSource(state);
/** Of pictures the canvas compares in many ways, of clips the player in some. */
const compares = (viewMode: CompareMode, playerMode: PlayerMode): Run => ({
  isEnabled: canCompare,
  run: ({ studio }) => setState(studio === 'interpolate' ? { playerMode } : { viewMode }),
});

const isPainting = ({ brush }: StudioState) => brush !== undefined;

/** Paints with a tool from now on. */
function takesUp<T extends MaskTool>(tool: T) {
  const run: Run = {
    isEnabled: canPaintMask,
    run: ({ brush }) => setState({ brush: { ...(brush ?? FIRST_BRUSH), tool } }),
  };
  return { [`mask.${tool}`]: run } as Record<`mask.${T}`, Run>;
}

/** What comes of the settings, each studio in its own way. */
const PREVIEWS: Record<Studio, Run> = {
  restore: {
    isEnabled: (state) => state.preview !== undefined || canPreview(state),
    run: togglePreview,
  },
  interpolate: {
    isEnabled: (state) => canPreviewClip(state),
    run: () => clipControls()?.togglePreview(),
  },
  style: {
    isEnabled: (state) => state.preview !== undefined || canPreviewStyle(state),
    run: toggleStylePreview,
  },
  // A pattern is previewed by itself; back to it, or to what is begun with.
  generate: {
    isEnabled: ({ shownMade: id }) => id !== undefined,
    run: () => setState({ shownMade: undefined, besideMade: undefined, generateView: 'canvas' }),
  },
  // What has been learnt so far shows itself.
  learn: { isEnabled: () => false, run: () => {} },
};

const onMade = (run: (made: MadeView) => unknown, isEnabled = isMade): Run => ({
  isEnabled,
  run: (state) => {
    const made = madeIn(state);
    if (made) return run(made);
  },
});
const showsMiddle = (generateView: GenerateView): Run => ({
  isEnabled: ({ studio }) => studio === 'generate',
  run: () => setState({ generateView }),
});

const inLearn = ({ studio }: StudioState) => studio === 'learn';
const onTraining = (run: Run['run'], when: readonly string[]): Run => ({
  isEnabled: (state) => inLearn(state) && when.includes(shownTraining(state)?.status ?? ''),
  run,
});

/** What each action of the contract's table does, and when. Menu, keys and buttons all come here. */
const RUNS: Record<ActionId, Run> = {
  'sources.openFiles': { isEnabled: always, run: () => openFrom('files') },
  'sources.openFolder': { isEnabled: always, run: () => openFrom('folder') },
  'edit.undo': { isEnabled: ({ history }) => history.past.length > 0, run: undo },
  'edit.redo': { isEnabled: ({ history }) => history.future.length > 0, run: redo },
  'sources.paste': { isEnabled: ({ studio }) => studio !== 'learn', run: pasteSources },
  'sources.chooseAll': {
    isEnabled: (state) => state.sources.length > 0 && isOfSources(state),
    run: (state) => setState(chooseAll(state, idsOf(state.sources))),
  },
  'sources.removeSelected': {
    isEnabled: (state) => {
      if (state.studio === 'learn') return canRemove(state);
      return state.studio === 'generate' ? canForget(madeIn(state)) : idle(chosenSources(state)).length > 0;
    },
    run: (state) => {
      if (state.studio === 'learn') return askToRemove(state);
      const made = madeIn(state);
      if (!made) return closeSources(idle(chosenSources(state)));
      return attempt(bridge.forgetMade({ ids: [made.id] }));
    },
  },
  'sources.clear': {
    isEnabled: (state) => idle(state.sources).length > 0 && isOfSources(state),
    run: ({ sources }) => closeSources(idle(sources)),
  },
  'project.open': { isEnabled: always, run: () => attempt(bridge.openProject()) },
  'project.save': { isEnabled: hasProject, run: () => saveProject('same') },
  'project.saveAs': { isEnabled: hasProject, run: () => saveProject('other') },
  'project.embed': { isEnabled: hasProject, run: () => saveProject('embedded') },
  'result.copy': {
    isEnabled: (state) =>
      state.studio === 'generate'
        ? isMadePicture(state)
        : state.studio !== 'interpolate' && resultOf(state) !== undefined,
    run: (state) => attempt(bridge.copyResult({ item: resultOf(state)!.id })),
  },
  'result.export': {
    isEnabled: (state) => resultOf(state) !== undefined,
    run: (state) => attempt(bridge.exportResult({ item: resultOf(state)!.id })),
  },
  'result.reveal': {
    isEnabled: (state) => (shownResult(state) ?? resultOf(state)) !== undefined,
    run: (state) => {
      const used = shownResult(state);
      if (used) return attempt(bridge.revealLearnt({ id: used.id }));
      return attempt(bridge.revealResult({ item: resultOf(state)!.id }));
    },
  },
  'restore.all': {
    isEnabled: (state) => reasonsOf(state).length === 0,
    run: (state) => start(state, isOfSources(state) ? startable(state.sources) : []),
  },
  'restore.selected': {
    isEnabled: (state) => {
      const sources = chosenSources(state);
      // What is made is not chosen.
      if (!isOfSources(state)) return false;
      return sources.length > 0 && reasonsOf({ ...state, sources }).length === 0;
    },
    run: (state) => start(state, startable(chosenSources(state))),
  },
  'queue.cancel': { isEnabled: ({ queue }) => queue.working, run: () => attempt(bridge.cancelQueue({})) },
  'queue.pause': {
    isEnabled: ({ queue }) => queue.working,
    run: ({ queue }) => attempt(bridge.pauseQueue({ paused: !queue.paused })),
  },
  'queue.retry': {
    isEnabled: ({ sources, made }) =>
      sources.some(({ item }) => item?.status === 'failed') || made.some(({ status }) => status === 'failed'),
    run: () => attempt(bridge.retryQueue({})),
  },
  'queue.clear': {
    isEnabled: ({ jobs }) => jobs.some((job) => !isOpen(job)),
    run: () => attempt(bridge.forgetJobs({})),
  },
  'view.fit': onStage(() => stage()?.fit()),
  'view.fill': onStage(() => stage()?.fill()),
  'view.actual': onStage(() => stage()?.zoomTo(1)),
  'view.double': onStage(() => stage()?.zoomTo(2)),
  'view.zoomIn': onStage(() => stage()?.zoomStep(1)),
  'view.zoomOut': onStage(() => stage()?.zoomStep(-1)),
  'view.split': compares('split', 'split'),
  'view.stack': shows('stack'),
  'view.side': compares('side', 'side'),
  'view.difference': shows('difference'),
  'view.lens': shows('lens'),
  'view.before': compares('before', 'source'),
  'view.after': compares('after', 'result'),
  'view.gain': {
    isEnabled: (state) => state.viewMode === 'difference' && hasPicture(state),
    run: ({ gain }) => setState({ gain: GAINS.find((each) => each > gain) ?? GAINS[0] }),
  },
  'view.flicker': {
    isEnabled: canCompare,
    run: ({ studio, viewMode }) =>
      setState(
        studio === 'interpolate'
          ? { playerMode: 'flicker' }
          : { viewMode: viewMode === 'before' ? 'after' : 'before' },
      ),
  },
  'view.preview': {
    isEnabled: (state) => PREVIEWS[state.studio].isEnabled(state),
    run: (state) => PREVIEWS[state.studio].run(state),
  },
  'models.compare': {
    isEnabled: ({ compared, studio }) => studio === 'restore' && compared === undefined,
    run: ({ settings, models }) => setState({ compared: firstCompared(settings, models) }),
  },
  'clip.play': onClip((controls) => controls.play()),
  'clip.back': onClip((controls) => controls.step(-1)),
  'clip.forward': onClip((controls) => controls.step(1)),
  'clip.speed': onClip((controls) => controls.nextSpeed()),
  'clip.cutBefore': onClip((controls) => controls.toCut(-1)),
  'clip.cutAfter': onClip((controls) => controls.toCut(1)),
  'clip.cut': onClip((controls) => controls.toggleCut()),
  'clip.in': onClip((controls) => controls.setIn()),
  'clip.out': onClip((controls) => controls.setOut()),
  'clip.whole': onClip((controls) => controls.takeWhole()),
  'clip.flow': onClip((controls) => controls.toggleFlow()),
  'clip.graph': onClip((controls) => controls.toggleGraph()),
  'mask.paint': { isEnabled: (state) => state.brush !== undefined || canPaintMask(state), run: toggleBrush },
  ...takesUp('brush'),
  ...takesUp('eraser'),
  ...takesUp('lasso'),
  ...takesUp('gradient'),
  ...takesUp('colour'),
  'mask.smaller': { isEnabled: isPainting, run: () => resizeBrush(-1) },
  'mask.larger': { isEnabled: isPainting, run: () => resizeBrush(1) },
  'mask.show': {
    isEnabled: isPainting,
    run: ({ brush }) => setState({ brush: brush && { ...brush, isShown: !brush.isShown } }),
  },
  'mask.invert': { isEnabled: canPaintMask, run: invertMask },
  'mask.feather': { isEnabled: canPaintMask, run: featherMask },
  'mask.remove': { isEnabled: canPaintMask, run: removeMask },
  'studio.restore': { isEnabled: always, run: () => goTo('restore') },
  'studio.interpolate': { isEnabled: always, run: () => goTo('interpolate') },
  'studio.generate': { isEnabled: always, run: () => goTo('generate') },
  'made.more': onMade(makeMore, isMadeOne),
  'made.settings': onMade(takeSettingsOf, (state) => madeIn(state) !== undefined),
  'made.begin': onMade(({ id }) => openIn(id, 'generate'), isMadePicture),
  'made.restore': onMade(({ id }) => openIn(id, 'restore'), isMadePicture),
  'made.style': onMade(({ id }) => openIn(id, 'style'), isMadePicture),
  'made.play': onMade(
    ({ id }) => openIn(id, 'interpolate'),
    (state) => isMade(state) && !isMadePicture(state),
  ),
  'latent.pin': {
    isEnabled: (state) => isLatent(state) && withPin(state.generate.latent) !== undefined,
    run: ({ generate }) => changeLatent({ pins: withPin(generate.latent) }),
  },
  'latent.walk': { isEnabled: (state) => isLatent(state) && whyNotWalk(state).length === 0, run: makeWalk },
  'latent.sheet': {
    isEnabled: (state) => isLatent(state) && whyNotSheet(state).length === 0,
    run: makeSheet,
  },
  'made.compare': {
    isEnabled: (state) =>
      isMadePicture(state) && (state.besideMade !== undefined || nextMade(state) !== undefined),
    run: (state) => {
      const { besideMade } = state;
      setState({
        besideMade: besideMade === undefined ? nextMade(state) : undefined,
        generateView: 'canvas',
      });
    },
  },
  'generate.canvas': showsMiddle('canvas'),
  'generate.grid': showsMiddle('grid'),
  'generate.table': showsMiddle('table'),
  'generate.tile': {
    isEnabled: ({ studio, generate }) => studio === 'generate' && generate.kind === 'rule',
    run: ({ isTiled }) => setState({ isTiled: !isTiled, shownMade: undefined, besideMade: undefined }),
  },
  'generate.dice': {
    isEnabled: ({ studio }) => studio === 'generate',
    run: drawSeed,
  },
  'studio.learn': { isEnabled: always, run: () => goTo('learn') },
  'learn.new': { isEnabled: ({ studio }) => studio === 'learn', run: () => show({ of: 'new' }) },
  'learn.stop': onTraining(stop, ['queued', 'running']),
  'learn.goOn': {
    isEnabled: (state) =>
      inLearn(state) &&
      (['stopped', 'failed'].includes(shownTraining(state)?.status ?? '') ||
        shownLearnt(state) !== undefined),
    run: goOn,
  },
  'learn.rename': {
    isEnabled: (state) => inLearn(state) && shownLearnt(state) !== undefined,
    // In a narrow window the field is behind the picture.
    run: () => setState({ isRenaming: true, panel: 'inspector', isInspectorOpen: isNarrow() }),
  },
  'learn.pad': {
    isEnabled: (state) => inLearn(state) && shownLearnt(state)?.latent !== undefined,
    run: (state) => openOnPad(shownLearnt(state)!),
  },
  'learn.enlarge': {
    isEnabled: (state) => shownResult(state)?.of === 'picture',
    run: (state) => openResult(shownResult(state)!.id, 'restore'),
  },
  'studio.style': { isEnabled: always, run: () => goTo('style') },
  'app.report': { isEnabled: always, run: () => setState({ isReportOpen: true }) },
  'app.palette': { isEnabled: always, run: () => setState({ isPaletteOpen: true }) },
  'panel.inspector': {
    isEnabled: always,
    run: ({ panel, isInspectorOpen }) =>
      setState({
        panel: 'inspector',
        isInspectorOpen: isNarrow() && (panel !== 'inspector' || !isInspectorOpen),
      }),
  },
  'panel.library': {
    isEnabled: always,
    run: ({ panel }) => setState({ panel: panel === 'models' ? 'inspector' : 'models' }),
  },
  'panel.queue': {
    isEnabled: always,
    run: ({ panel }) => setState({ panel: panel === 'queue' ? 'inspector' : 'queue' }),
  },
  'panel.settings': {
    isEnabled: always,
    run: ({ panel }) =>
      setState({ panel: panel === 'settings' ? 'inspector' : 'settings', settingsPage: 'all' }),
  },
  'app.shortcuts': {
    isEnabled: always,
    run: () => setState({ panel: 'settings', settingsPage: 'shortcuts' }),
  },
  'app.about': { isEnabled: always, run: () => setState({ panel: 'settings', settingsPage: 'about' }) },
  'app.theme': {
    isEnabled: always,
    run: async () => {
      // What is seen now decides: the other one is what is wanted.
      const theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'light' : 'dark';
      await attempt(bridge.setTheme({ theme }));
      setState({ theme });
    },
  },
};

export function isEnabled(id: ActionId, state: StudioState): boolean {
  return state.phase === 'ready' && RUNS[id].isEnabled(state);
}

export async function runAction(id: ActionId): Promise<void> {
  const state = getState();
  if (isEnabled(id, state)) await RUNS[id].run(state);
}

/** The other studios work on a list of pictures or clips. */
function isOfSources({ studio }: StudioState): boolean {
  return studio !== 'generate' && studio !== 'learn';
}

/** Something learnt, or a training that neither waits nor works. */
function canRemove(state: StudioState): boolean {
  const status = shownTraining(state)?.status;
  if (status !== undefined) return status !== 'queued' && status !== 'running';
  return shownLearnt(state) !== undefined;
}

/** What would be lost is asked about; what only stands on the list goes at once. */
function askToRemove(state: StudioState): unknown {
  if (shownTraining(state)?.status === 'done') return removeShown(state);
  setState({ isRemoving: true });
}

/** Neither waited for nor in work. */
function canForget(made: MadeView | undefined): boolean {
  return made !== undefined && made.status !== 'queued' && made.status !== 'running';
}

/** What one compares with first: the picture that was made just before the one on the canvas, or after it. */
function nextMade({ made, shownMade: shown }: StudioState): string | undefined {
  const at = made.findIndex(({ id }) => id === shown);
  const isDone = ({ status, step }: MadeView) => status === 'done' && !isWalk(step);
  return (made.slice(at + 1).find(isDone) ?? made.slice(0, Math.max(0, at)).findLast(isDone))?.id;
}

/** Ids of those that are not in work: they can be taken off the list. */
function idle(sources: readonly SourceView[]): string[] {
  return idsOf(sources.filter((source) => !isBusy(source)));
}

const WHY_NOT: Record<Studio, (state: StudioState) => string[]> = {
  restore: whyNot,
  interpolate: whyNotClip,
  style: whyNotStyle,
  generate: whyNotMake,
  learn: whyNotLearn,
};

/** Why the studio on screen cannot begin. */
function reasonsOf(state: StudioState): string[] {
  return WHY_NOT[state.studio](state);
}

/** A model is needed; what comes of it can be seen of a clip that is worked on, too. */
function canPreviewClip(state: StudioState): boolean {
  const model = state.clip.step.model ?? DEFAULT_INTERPOLATION;
  return hasClip(state) && state.models.some(({ id, installed }) => installed && id === model);
}

const STARTS: Record<Studio, (state: StudioState, sources: readonly SourceView[]) => Promise<void>> = {
  restore,
  interpolate,
  style: paint,
  generate: make,
  learn,
};

async function paint({ style, masks }: StudioState, sources: readonly SourceView[]): Promise<void> {
  const { layers, output, folder } = style;
  const shown = shownLayers(layers);
  await attempt(
    bridge.startStyle({
      sources: sources.map(({ id }) => {
        const own = shown.flatMap(({ id: layer }) => {
          const mask = masks[id]?.[layer];
          return mask === undefined ? [] : [[layer, mask] as const];
        });
        return { id, ...(own.length > 0 && { masks: Object.fromEntries(own) }) };
      }),
      layers: shown,
      output,
      ...(folder && { folder: folder === 'beside' ? folder : folder.id }),
    }),
  );
}

function start(state: StudioState, sources: readonly SourceView[]): Promise<void> {
  return STARTS[state.studio](state, sources);
}

async function interpolate({ clip, parts }: StudioState, sources: readonly SourceView[]): Promise<void> {
  const { step, output, folder } = clip;
  await attempt(
    bridge.startInterpolation({
      sources: sources.map(({ id }) => ({ id, ...(parts[id] && { part: parts[id] }) })),
      step,
      output,
      ...(folder && { folder: folder === 'beside' ? folder : folder.id }),
    }),
  );
}

async function restore(
  { settings, models, masks }: StudioState,
  sources: readonly SourceView[],
): Promise<void> {
  const { output, folder } = settings;
  const steps = stepsOf(settings, models);
  if (!steps) return;
  await attempt(
    bridge.startRestore({
      sources: sources.map(({ id }) => {
        const mask = masks[id]?.[RESTORATION];
        return { id, ...(mask !== undefined && { mask }) };
      }),
      steps,
      output,
      ...(folder && { folder: folder === 'beside' ? folder : folder.id }),
    }),
  );
}
