import type { RestoreStep } from '../../contract/recipe.ts';
import type { SourceView } from '../../contract/views.ts';
import { Draft } from '../canvas/draft.ts';
import { decode } from '../canvas/pictures.ts';
import { isBusy } from '../inspector/startable.ts';
import { scaleOfSteps, stepsOf } from '../studios/restore/steps.ts';
import { t } from '../ui/words.ts';
import { bridge } from './bridge.ts';
import { displayColours, onSeen, stage } from './stage.ts';
import { getState, type StudioState, selectedSource, setState, useStudio } from './store.ts';
import { nextTurn } from './turns.ts';

/** After the last change of view or setting the preview waits so long before it begins anew; milliseconds. */
const SETTLED_MS = 120;
/** A model is loaded ahead when nothing was changed for so long; milliseconds. */
const WARM_MS = 400;

const stepsNow = ({ settings, models }: StudioState) => stepsOf(settings, models);

export function canPreview(state: StudioState): boolean {
  if (state.studio !== 'restore') return false;
  const source = selectedSource(state);
  const isShowable = source?.state === 'ready' && source.id !== state.unshown;
  return isShowable && !isBusy(source) && stepsNow(state) !== undefined;
}

/** The blocks of one picture with the same steps: they stay while the view moves. */
interface Sheet {
  steps: string;
  draft: Draft;
  /** Blocks that are there. */
  keys: Set<string>;
  /** The call that was its first. */
  firstTurn: number;
  /** What was asked for last. */
  region: string;
}

/** The model at work on what is in sight: follows the view and the settings until it is switched off. */
class LivePreview {
  #sheet: Sheet | undefined;
  /** The picture as it stood when the preview was switched on. */
  #owner = '';
  #turn = 0;
  #call: { cancel(): void } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  toggle(): void {
    const state = getState();
    if (state.preview) {
      this.end();
      return;
    }
    this.#owner = ownerOf(state);
    setState({ preview: { isWorking: true, fraction: 0 } });
    this.#begin();
  }

  /** Takes it off the canvas. */
  end(): void {
    this.#stop();
    if (this.#sheet) stage()?.endDraft(this.#sheet.draft);
    this.#sheet = undefined;
    setState({ preview: undefined });
  }

  /** Hears a block. */
  async add({ turn, key, url, place, fraction }: Parameters<Parameters<typeof bridge.onPreviewMade>[0]>[0]) {
    const sheet = this.#sheet;
    if (!sheet || turn < sheet.firstTurn) return;
    const image = await decode({ url }).catch(() => undefined);
    if (!image || sheet !== this.#sheet) return;
    sheet.keys.add(key);
    stage()?.addPiece(key, image, place);
    if (turn === this.#turn && getState().preview?.isWorking)
      setState({ preview: { isWorking: true, fraction } });
  }

  /** The view or a setting changed: what is under way for other settings is dropped at once. */
  changed(): void {
    const state = getState();
    if (!state.preview || state.studio !== 'restore') return;
    if (ownerOf(state) !== this.#owner || !canPreview(state)) {
      this.end();
      return;
    }
    // Another canvas may have been made (another screen): what is there of it goes along.
    if (this.#sheet && stage()?.seenOf(state.selected ?? '') && stage()?.draft !== this.#sheet.draft)
      stage()?.setDraft(this.#sheet.draft);
    const isOther = this.#sheet?.steps !== JSON.stringify(stepsNow(state));
    const seen = state.selected && stage()?.seenOf(state.selected);
    const isElsewhere = this.#sheet?.region !== JSON.stringify(seen);
    if (!isOther && !isElsewhere) return;
    if (isOther) this.#stop();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#begin(), SETTLED_MS);
  }

  /** Asks for what is in sight and not there yet. */
  #begin(): void {
    const state = getState();
    const source = selectedSource(state);
    const steps = stepsNow(state);
    // A picture that was chosen a moment ago is not on the canvas yet: its being shown is heard.
    const region = source && stage()?.seenOf(source.id);
    if (!state.preview || !source || !steps || !region) return;
    this.#stop();
    const sheet = this.#sheetOf(steps, source);
    sheet.region = JSON.stringify(region);
    setState({ preview: { isWorking: true, fraction: 0 } });
    const turn = this.#turn;
    const skip = [...sheet.keys];
    const asked = { source: source.id, region, steps, display: displayColours(), skip, turn };
    const call = bridge.runPreview(asked);
    this.#call = call;
    void call.outcome.then((outcome) => {
      if (turn !== this.#turn) return;
      this.#call = undefined;
      if (outcome.ok) {
        setState({ preview: { isWorking: false, fraction: 1 } });
        return;
      }
      this.end();
      if (outcome.error.code !== 'job/cancelled') setState({ notice: outcome.error });
    });
  }

  #sheetOf(steps: readonly RestoreStep[], { width = 1, height = 1 }: SourceView): Sheet {
    const made = JSON.stringify(steps);
    if (this.#sheet?.steps === made) return this.#sheet;
    const scale = scaleOfSteps(steps, getState().models);
    const draft = new Draft(t('preview.tag'), {
      width: Math.round(width * scale),
      height: Math.round(height * scale),
    });
    this.#sheet = { steps: made, draft, keys: new Set(), firstTurn: this.#turn, region: '' };
    stage()?.setDraft(draft);
    return this.#sheet;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#turn = nextTurn();
    this.#call?.cancel();
    this.#call = undefined;
  }
}

function ownerOf(state: StudioState): string {
  const source = selectedSource(state);
  return JSON.stringify([source?.id, source?.item?.id, source?.item?.status]);
}

const live = new LivePreview();

export const togglePreview = () => live.toggle();

/** Keeps the preview in step with the view and the settings, and its model loaded; returns how to end that. */
export function followPreview(): () => void {
  let warmed = '';
  let warming: ReturnType<typeof setTimeout> | undefined;
  const warm = (state: StudioState) => {
    const steps = stepsNow(state);
    const wanted = steps?.map(({ model }) => model).join(' ');
    const isIdle = canPreview(state) && !state.queue.working;
    if (!steps || !wanted || !isIdle || wanted === warmed) return;
    warmed = wanted;
    clearTimeout(warming);
    warming = setTimeout(() => void bridge.warmPreview({ steps }), WARM_MS);
  };
  const endings = [
    bridge.onPreviewMade((block) => void live.add(block)),
    onSeen(() => live.changed()),
    useStudio.subscribe((state) => {
      live.changed();
      warm(state);
    }),
    () => clearTimeout(warming),
    // Another studio is shown: nothing looks at it any more.
    () => live.end(),
  ];
  return () => {
    for (const ending of endings) ending();
  };
}
