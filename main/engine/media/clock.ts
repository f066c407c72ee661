/** Milliseconds between laps. */
export class Clock {
  #last = performance.now();

  lap(): number {
    const now = performance.now();
    const milliseconds = now - this.#last;
    this.#last = now;
    return milliseconds;
  }
}
