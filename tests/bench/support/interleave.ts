/**
 * Runs the contestants in turn, A B, B A, A B ..., so that what else the machine does hits all alike.
 * The first round warms up (sessions open, caches fill) and is not counted.
 * @returns what each gave in each counted round
 */
export async function interleave<T extends Record<string, () => Promise<unknown>>>(
  rounds: number,
  contestants: T,
): Promise<{ [K in keyof T]: Awaited<ReturnType<T[K]>>[] }> {
  const names = Object.keys(contestants);
  const results = Object.fromEntries(names.map((name) => [name, [] as unknown[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const name of round % 2 ? names.toReversed() : names) {
      const result = await contestants[name]!();
      if (round > 0) results[name]!.push(result);
    }
  }
  return results as { [K in keyof T]: Awaited<ReturnType<T[K]>>[] };
}

/** The smallest: noise only ever adds time. */
export function best<T>(runs: readonly T[], milliseconds: (run: T) => number): T {
  return runs.reduce((a, b) => (milliseconds(b) < milliseconds(a) ? b : a));
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
