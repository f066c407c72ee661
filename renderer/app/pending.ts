let last: Promise<unknown> = Promise.resolve();

/** Something was done whose step of the history is made later: what undoes waits for it. */
export function comesLater(step: Promise<unknown>): void {
  last = Promise.all([last, step.catch(() => {})]);
}

/** Ends when every step that was done is in the history. */
export function allSteps(): Promise<unknown> {
  return last;
}
