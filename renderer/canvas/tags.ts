import type { Size } from './view.ts';

/** Below this width of picture the labels move to the corners of the canvas, or they would lie over each other. */
const NARROW = 320;
const INSET = 12;

/** "Before · 451 × 300" */
export function tagText(word: string, { width, height }: Size): string {
  return `${word} · ${width} × ${height}`;
}

/** The labels over the two halves. */
export class Tags {
  readonly #before = document.createElement('span');
  readonly #after = document.createElement('span');

  constructor(parent: HTMLElement) {
    this.#before.className = 'canvas-tag';
    this.#after.className = 'canvas-tag canvas-tag-right';
    parent.append(this.#before, this.#after);
  }

  /** @param room left and right edge of what is seen, and the top of each half */
  place(
    texts: { before: string | undefined; after: string | undefined },
    room: { left: number; right: number; beforeTop: number; afterTop: number },
    viewportWidth: number,
  ): void {
    const isNarrow = room.right - room.left < NARROW;
    const left = isNarrow ? 0 : room.left;
    const right = isNarrow ? viewportWidth : room.right;
    const at = (top: number) => Math.round(Math.max(0, isNarrow ? 0 : top) + INSET);
    show(this.#before, texts.before, `translate(${Math.round(left + INSET)}px, ${at(room.beforeTop)}px)`);
    const x = Math.round(right - INSET);
    show(this.#after, texts.after, `translate(${x}px, ${at(room.afterTop)}px) translateX(-100%)`);
  }

  dispose(): void {
    this.#before.remove();
    this.#after.remove();
  }
}

function show(element: HTMLElement, text: string | undefined, transform: string): void {
  element.hidden = text === undefined;
  if (text === undefined) return;
  if (element.textContent !== text) element.textContent = text;
  element.style.transform = transform;
}
