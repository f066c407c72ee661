import type { PageLatent, PageRule } from '../../contract/generate-settings.ts';
import { RULES } from '../../contract/rule-list.ts';
import { bridge } from './bridge.ts';
import { isInstalled } from './installed.ts';
import { getState, type StudioState, setState, useStudio } from './store.ts';
import { nextTurn } from './turns.ts';

/** Longest sides of what is drawn while a slider moves, and once it rests; pixels. */
const QUICK = 448;
const FINE = 1024;
/** It rests for so long; milliseconds. */
const FINE_AFTER_MS = 350;
/** One that takes longer is given up for a newer one; what is nearly there is shown first. */
const PATIENCE_MS = 350;

type Quality = 'quick' | 'fine';

/**
 * The pattern of the inspector, or its picture of a latent space, on the canvas: drawn small while it changes, then
 * finer. The newest wins.
 */
class PatternPreview {
  /** The step that is drawn, or was last; empty: none can be. */
  #asked: string | undefined;
  #call: { cancel(): void; begun: number } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  changed(): void {
    const state = getState();
    const { generate, phase, studio } = state;
    if (phase !== 'ready' || studio !== 'generate' || generate.kind === 'diffusion') return;
    const step = drawable(state);
    const asked = step ? JSON.stringify(step) : '';
    if (asked === this.#asked) return;
    this.#asked = asked;
    clearTimeout(this.#timer);
    if (!step) {
      this.#stop();
      setState({ pattern: undefined });
      return;
    }
    const call = this.#call;
    if (!call) void this.#draw('quick');
    else {
      const left = PATIENCE_MS - (performance.now() - call.begun);
      this.#timer = setTimeout(() => call.cancel(), Math.max(0, left));
    }
  }

  sketched(turn: number, url: string): void {
    const { width, height } = getState().generate.rule;
    if (turn === this.#turn) setState({ pattern: { url, width, height } });
  }

  end(): void {
    this.#stop();
    this.#asked = undefined;
  }

  async #draw(quality: Quality): Promise<void> {
    const step = drawable(getState());
    if (!step) return;
    const drawn = this.#asked;
    this.#turn = nextTurn();
    const turn = this.#turn;
    const call = bridge.previewPattern({ step, longestSide: quality === 'quick' ? QUICK : FINE, turn });
    this.#call = { cancel: call.cancel, begun: performance.now() };
    const outcome = await call.outcome;
    if (turn !== this.#turn) return;
    this.#call = undefined;
    clearTimeout(this.#timer);
    if (outcome.ok) {
      const { url, width, height } = outcome.value;
      setState({ pattern: { url, width, height } });
    } else if (outcome.error.code !== 'job/cancelled' && drawn === this.#asked)
      setState({ notice: outcome.error });
    if (drawn !== this.#asked) void this.#draw('quick');
    else if (outcome.ok && quality === 'quick' && hasFiner(step))
      this.#timer = setTimeout(() => void this.#draw('fine'), FINE_AFTER_MS);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#turn = nextTurn();
    this.#call?.cancel();
    this.#call = undefined;
  }
}

/** Only patterns are drawn smaller than they will be. */
function hasFiner(step: PageRule | PageLatent): boolean {
  return step.kind === 'rule' && Math.max(step.width, step.height) > QUICK;
}

/** What is set, where it can be drawn. */
function drawable({ generate, models }: StudioState): PageRule | PageLatent | undefined {
  const { kind, rule, latent } = generate;
  if (kind === 'rule') return isWhole(rule) ? rule : undefined;
  const isThere = isInstalled(models, latent.model);
  if (kind !== 'latent' || !isThere || !latent.seeds.every(({ seed }) => isSeed(seed))) return undefined;
  // What is kept is not seen.
  const { pins: _, ...step } = latent;
  return step;
}

/** Half-typed numbers cannot be drawn, nor what wants a picture that is not chosen. */
function isWhole({ rule, width, height, seed, picture }: PageRule): boolean {
  const isSide = (pixels: number) => Number.isInteger(pixels) && pixels >= 16 && pixels <= 16_384;
  return (
    isSide(width) && isSide(height) && isSeed(seed) && (!RULES[rule].needsPicture || picture !== undefined)
  );
}

function isSeed(seed: number): boolean {
  return Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32;
}

const preview = new PatternPreview();

/** Keeps the pattern on the canvas in step with the settings; returns how to end that. */
export function followPattern(): () => void {
  const endings = [
    bridge.onGenerateSketched(({ turn, url }) => preview.sketched(turn, url)),
    useStudio.subscribe(() => preview.changed()),
    () => preview.end(),
  ];
  preview.changed();
  return () => {
    for (const ending of endings) ending();
  };
}
