/** Work in steps, none of them longer than a few milliseconds; what it comes to is returned. */
export type Steps<T> = Generator<void, T>;

/** After so long the window has its turn; milliseconds. */
const SLICE_MS = 8;

/** Works without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const next = steps.next();
    if (next.done) return next.value;
  }
}

/** Works in slices, between which the window stays alive. */
export async function inSlices<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const until = performance.now() + SLICE_MS;
    while (performance.now() < until) {
      const next = steps.next();
      if (next.done) return next.value;
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
}
