import type { Call, Outcome } from '../../../contract/bridge.ts';
import type { ErrorRecord } from '../../../contract/errors.ts';
import type { SceneView } from '../../../contract/learn-use.ts';
import type { SeenScene } from '../../../contract/learn-views.ts';

/** About how long a view may take to be drawn, the one after the other, milliseconds; undefined: it is drawn whole. */
export const LADDER = [80, 320, undefined] as const;

export interface NewestLookOptions {
  ask(view: SceneView, within: number | undefined): Call<SeenScene>;
  seen(view: SeenScene): void;
  failed(error: ErrorRecord): void;
}

/**
 * Views of a scene, one at a time: small as long as it is turned, finer once it rests. Only the newest that was asked
 * for is drawn: one that came between is dropped, and a finer one is given up for it.
 */
export class NewestLook {
  #wanted: SceneView | undefined;
  #inHand: { readonly rung: number; cancel(): void } | undefined;

  constructor(private readonly options: NewestLookOptions) {}

  at(view: SceneView): void {
    this.#wanted = view;
    if (!this.#inHand) void this.#draw(0);
    // A small one is soon there: given up each time, nothing would be seen while it is turned.
    else if (this.#inHand.rung > 0) this.#inHand.cancel();
  }

  /** What is in hand is given up, and nothing is told any more. */
  end(): void {
    this.#wanted = undefined;
    this.#inHand?.cancel();
  }

  async #draw(rung: number): Promise<void> {
    const view = this.#wanted;
    if (!view) return;
    const call = this.options.ask(view, LADDER[rung]);
    this.#inHand = { rung, cancel: () => call.cancel() };
    const outcome: Outcome<SeenScene> = await call.outcome;
    this.#inHand = undefined;
    if (!this.#wanted) return;
    if (outcome.ok) this.options.seen(outcome.value);
    if (this.#wanted !== view) void this.#draw(0);
    else if (!outcome.ok) this.options.failed(outcome.error);
    else if (!outcome.value.isWhole && rung + 1 < LADDER.length) void this.#draw(rung + 1);
  }
}
