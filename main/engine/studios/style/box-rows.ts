/** Rows of planes, top to bottom; each is valid until the next is asked for. */
export type Rows = AsyncIterable<readonly Float32Array[]>;

/**
 * The mean of the square around each pixel, `radius` pixels each way; at the border of what of it lies in the picture.
 * Holds as many rows as a square is high.
 */
export async function* boxRows(
  rows: Rows,
  { width, height, channels, radius }: { width: number; height: number; channels: number; radius: number },
): AsyncGenerator<Float32Array[]> {
  // One more than a square is high: a row comes in before the oldest goes.
  const high = 2 * radius + 2;
  const ring = Array.from({ length: high }, () => planes(channels, width));
  // In float64: what is added and taken out again leaves nothing behind.
  const sums = Array.from({ length: channels }, () => new Float64Array(width));
  const out = planes(channels, width);
  let [taken, made, dropped] = [0, 0, 0];
  /** The next row, whose square reaches from `radius` rows above to as many below, where there are any. */
  const emit = () => {
    for (; dropped < made - radius; dropped++) add(sums, ring[dropped % high]!, -1);
    const reach = Math.min(height - 1, made + radius) - dropped + 1;
    for (let c = 0; c < channels; c++) across(sums[c]!, out[c]!, radius, reach);
    made++;
    return out;
  };
  for await (const row of rows) {
    const kept = ring[taken % high]!;
    for (let c = 0; c < channels; c++) kept[c]!.set(row[c]!);
    add(sums, kept, 1);
    taken++;
    if (taken > radius) yield emit();
  }
  while (made < taken) yield emit();
}

function add(sums: readonly Float64Array[], row: readonly Float32Array[], sign: 1 | -1): void {
  for (const [c, sum] of sums.entries()) {
    const values = row[c]!;
    for (let x = 0; x < sum.length; x++) sum[x]! += sign * values[x]!;
  }
}

function planes(channels: number, width: number): Float32Array[] {
  return Array.from({ length: channels }, () => new Float32Array(width));
}

function across(sum: Float64Array, out: Float32Array, radius: number, rows: number): void {
  const width = out.length;
  let running = 0;
  for (let x = 0; x < Math.min(radius, width); x++) running += sum[x]!;
  for (let x = 0; x < width; x++) {
    if (x + radius < width) running += sum[x + radius]!;
    if (x - radius - 1 >= 0) running -= sum[x - radius - 1]!;
    const columns = Math.min(width - 1, x + radius) - Math.max(0, x - radius) + 1;
    out[x] = running / (columns * rows);
  }
}
