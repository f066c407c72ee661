import { Draft } from '../canvas/draft.ts';
import { decode } from '../canvas/pictures.ts';
import { isBusy } from '../inspector/startable.ts';
import { areInstalled } from '../studios/style/models.ts';
import { t } from '../ui/words.ts';
import { bridge } from './bridge.ts';
import { stage } from './stage.ts';
import { getState, type StudioState, selectedSource, setState, useStudio } from './store.ts';

/** A slider that is dragged asks once it rests for so long; milliseconds. */
const SETTLED_MS = 60;

export function canPreviewStyle(state: StudioState): boolean {
  const { style, models, unshown } = state;
  const source = selectedSource(state);
  const isShowable = source?.state === 'ready' && source.id !== unshown && !isBusy(source);
  return isShowable && style.look.styles.some(({ weight }) => weight > 0) && areInstalled(style.look, models);
}

/** The picture painted at the size of a screen, anew with every change, until it is switched off. */
class StylePreview {
  #draft: Draft | undefined;
  #asked = '';
  #turn = 0;
  #call: { cancel(): void } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  toggle(): void {
    if (getState().preview) this.end();
    else {
      setState({ preview: { isWorking: true, fraction: 0 } });
      this.changed();
    }
  }

  end(): void {
    this.#stop();
    this.#asked = '';
    if (this.#draft) stage()?.endDraft(this.#draft);
    this.#draft = undefined;
    if (getState().preview) setState({ preview: undefined });
  }

  changed(): void {
    const state = getState();
    if (!state.preview) return;
    if (!canPreviewStyle(state)) {
      this.end();
      return;
    }
    const asked = JSON.stringify([state.selected, state.style.look]);
    if (asked === this.#asked) return;
    const isOther = state.selected !== JSON.parse(this.#asked || '[]')[0];
    this.#asked = asked;
    this.#stop();
    if (isOther && this.#draft) {
      stage()?.endDraft(this.#draft);
      this.#draft = undefined;
    }
    this.#timer = setTimeout(() => void this.#paint(), SETTLED_MS);
  }

  async #paint(): Promise<void> {
    const state = getState();
    const source = selectedSource(state);
    if (!state.preview || !source) return;
    const turn = ++this.#turn;
    setState({ preview: { isWorking: true, fraction: 0.5 } });
    const call = bridge.previewStyle({ source: source.id, look: state.style.look });
    this.#call = call;
    const outcome = await call.outcome;
    if (turn !== this.#turn) return;
    this.#call = undefined;
    if (!outcome.ok) {
      this.end();
      if (outcome.error.code !== 'job/cancelled') setState({ notice: outcome.error });
      return;
    }
    const image = await decode(outcome.value).catch(() => undefined);
    if (!image || turn !== this.#turn) return;
    const size = { width: source.width ?? 1, height: source.height ?? 1 };
    if (!this.#draft) this.#draft = new Draft(t('style.preview'), size);
    if (stage()?.draft !== this.#draft) stage()?.setDraft(this.#draft);
    stage()?.addPiece('whole', image, { x: 0, y: 0, ...size });
    setState({ preview: { isWorking: false, fraction: 1 } });
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#turn++;
    this.#call?.cancel();
    this.#call = undefined;
  }
}

const preview = new StylePreview();

export const toggleStylePreview = () => preview.toggle();

/** Keeps the preview in step with the settings; returns how to end that. */
export function followStylePreview(): () => void {
  const unsubscribe = useStudio.subscribe(() => preview.changed());
  return () => {
    unsubscribe();
    preview.end();
  };
}
