/** What has to be undone when a part goes away: registered where it is made, undone in the opposite order, once. */
export class Disposers {
  #undo: (() => void)[] = [];

  add(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** Hears a DOM event until disposed of. */
  listen<K extends keyof HTMLElementEventMap>(
    target: HTMLElement,
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
    options?: AddEventListenerOptions,
  ): void {
    target.addEventListener(type, listener, options);
    this.add(() => target.removeEventListener(type, listener, options));
  }

  dispose(): void {
    const undo = this.#undo;
    this.#undo = [];
    for (const each of undo.reverse()) each();
  }
}
