import type { Translate } from '../../contract/words/words.ts';
import { Disposers } from './disposers.ts';
import type { Point } from './view.ts';

const STEP = 0.01;
const LARGE_STEP = 0.1;

/** A point of the canvas, and the axis along which the knob moves. */
export interface DividerPlace extends Point {
  axis: 'x' | 'y';
}

/**
 * The handle of the before-and-after divider: a DOM element over the canvas, so that a keyboard and a screen reader
 * reach it as the slider it is.
 */
export class Divider {
  readonly element = document.createElement('div');
  readonly #disposers = new Disposers();
  #share = 0.5;

  constructor(
    parent: HTMLElement,
    private readonly t: Translate,
    private readonly moved: (share: number) => void,
  ) {
    const { element } = this;
    element.className = 'divider-knob';
    element.tabIndex = 0;
    element.setAttribute('role', 'slider');
    element.setAttribute('aria-valuemin', '0');
    element.setAttribute('aria-valuemax', '100');
    parent.append(element);
    this.#disposers.add(() => element.remove());
    this.#disposers.listen(element, 'keydown', (event) => this.#key(event));
  }

  /** Shows it there with that share; hidden where there is nothing to divide. */
  place(at: DividerPlace | undefined, share: number): void {
    this.#share = share;
    const { element } = this;
    element.hidden = at === undefined;
    if (!at) return;
    const { axis, x, y } = at;
    element.dataset.axis = axis;
    element.setAttribute('aria-orientation', axis === 'x' ? 'horizontal' : 'vertical');
    element.style.translate = `${Math.round(x)}px ${Math.round(y)}px`;
    const percent = Math.round(share * 100);
    element.setAttribute('aria-valuenow', String(percent));
    element.setAttribute('aria-label', this.t('canvas.divider'));
    const shares = { before: percent, after: 100 - percent };
    element.setAttribute('aria-valuetext', this.t('canvas.dividerAt', shares));
  }

  dispose(): void {
    this.#disposers.dispose();
  }

  #key(event: KeyboardEvent): void {
    const to = this.#target(event);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    // Kept at once: a second press may come before the frame that draws the first.
    this.#share = Math.min(1, Math.max(0, to));
    this.moved(this.#share);
  }

  #target({ key, shiftKey }: KeyboardEvent): number | undefined {
    const step = shiftKey ? LARGE_STEP : STEP;
    const isUpright = this.element.dataset.axis === 'y';
    switch (key) {
      case 'ArrowLeft':
        return this.#share - step;
      case 'ArrowRight':
        return this.#share + step;
      // Between above and below it goes where the arrow points.
      case 'ArrowUp':
        return this.#share + (isUpright ? -step : step);
      case 'ArrowDown':
        return this.#share + (isUpright ? step : -step);
      case 'PageDown':
        return this.#share - LARGE_STEP;
      case 'PageUp':
        return this.#share + LARGE_STEP;
      case 'Home':
        return 0;
      case 'End':
        return 1;
      default:
        return undefined;
    }
  }
}
