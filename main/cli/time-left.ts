/** Time left from the share of work done, smoothed over what was measured so far. */
export class TimeLeft {
  readonly #begun: number;

  constructor(private readonly now: () => number = Date.now) {
    this.#begun = now();
  }

  /** @param fraction 0..1 done; @returns milliseconds left, undefined while too little is known. */
  update(fraction: number): number | undefined {
    const elapsed = this.now() - this.#begun;
    if (fraction <= 0.01 || elapsed < 1000) return undefined;
    return (elapsed * (1 - fraction)) / fraction;
  }

  /** Pictures a minute, once a few are finished. */
  rate(finished: number): [string] | undefined {
    const minutes = (this.now() - this.#begun) / 60_000;
    return finished >= 2 ? [`${(finished / minutes).toFixed(1)} a minute`] : undefined;
  }
}

/** "1 min 20 s", "2 h 5 min", "less than a second". */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 1) return 'less than a second';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}
