/** An 8-bit RGB picture, interleaved. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface DustyPicture {
  readonly data: Uint8Array;
  /** 1 where dust can be seen: where it covers half of a pixel and changes it by `SEEN` or more. */
  readonly mask: Uint8Array;
}

/** How much of each for a picture of 512 x 512; others get as many by their area. */
export interface Dust {
  readonly specks: number;
  readonly hairs: number;
  readonly scratches: number;
}

const USUAL: Dust = { specks: 60, hairs: 8, scratches: 5 };
/** Steps of 255 below which nobody sees dust, or wants it repaired. */
const SEEN = 12;

/**
 * Draws dust over a picture as a scanner sees it: specks of 2 to 8 pixels' radius, round to ragged and a little soft,
 * hairs of 1.5 to 3 pixels' width and 40 to 150 length, and scratches, thin and nearly straight and light. Specks and
 * hairs are light or dark, whichever differs more from what lies below.
 */
export function drawDust(picture: Picture, seed: number, dust: Dust = USUAL): DustyPicture {
  const { width, height } = picture;
  const cover = new Float32Array(width * height);
  const data = Uint8Array.from(picture.data);
  const mask = new Uint8Array(width * height);
  const unit = random(seed);
  const between = (low: number, high: number) => low + (high - low) * unit();
  const often = (count: number) => Math.max(1, Math.round((count * width * height) / 512 ** 2));

  for (let at = 0; at < often(dust.specks); at++) {
    const [x, y] = [between(0, width), between(0, height)];
    speck(x, y, between(2, 4) * between(1, 2), between(1, 2));
    lay(x, y, between(0.7, 1));
  }
  for (let at = 0; at < often(dust.hairs); at++) {
    const [x, y] = [between(0, width), between(0, height)];
    line(x, y, between(40, 150), between(1.5, 3), 0.06);
    lay(x, y, between(0.65, 0.95));
  }
  for (let at = 0; at < often(dust.scratches); at++) {
    const [x, y] = [between(0, width), between(0, height)];
    line(x, y, between(80, 250), between(1.2, 2), 0.001);
    lay(x, y, between(0.6, 0.9), 235);
  }
  return { data, mask };

  /** A blob whose border swings. */
  function speck(cx: number, cy: number, radius: number, soft: number): void {
    const swings = [2, 3, 5].map((times) => ({
      times,
      size: between(0, 0.5 / times),
      phase: between(0, 2 * Math.PI),
    }));
    const reach = Math.ceil(1.7 * radius + soft);
    for (let y = Math.floor(cy) - reach; y <= cy + reach; y++)
      for (let x = Math.floor(cx) - reach; x <= cx + reach; x++) {
        const angle = Math.atan2(y - cy, x - cx);
        const swing = swings.reduce(
          (sum, { times, size, phase }) => sum + size * Math.sin(times * angle + phase),
          1,
        );
        put(x, y, (radius * swing - Math.hypot(x - cx, y - cy)) / soft + 0.5);
      }
  }

  /** Discs along a way that bends: `bends` radians a pixel, as they come. */
  function line(startX: number, startY: number, length: number, thick: number, bends: number): void {
    let [x, y, heading, bend] = [startX, startY, between(0, 2 * Math.PI), between(-bends, bends)];
    for (let gone = 0; gone < length; gone += 0.5) {
      for (let py = Math.floor(y) - 3; py <= y + 3; py++)
        for (let px = Math.floor(x) - 3; px <= x + 3; px++)
          put(px, py, thick / 2 - Math.hypot(px - x, py - y) + 0.5);
      x += 0.5 * Math.cos(heading);
      y += 0.5 * Math.sin(heading);
      heading += 0.5 * bend;
      bend = 0.98 * bend + 0.2 * between(-bends, bends);
    }
  }

  function put(x: number, y: number, share: number): void {
    if (x < 0 || y < 0 || x >= width || y >= height || share <= 0) return;
    const at = y * width + x;
    cover[at] = Math.max(cover[at]!, Math.min(1, share));
  }

  /** Lays what was put over the picture. */
  function lay(x: number, y: number, opacity: number, light?: number): void {
    const below = data.subarray(3 * (Math.floor(y) * width + Math.floor(x)));
    const colour =
      light ?? (below[0]! + below[1]! + below[2]! > 3 * 120 ? between(5, 40) : between(205, 250));
    for (let at = 0; at < cover.length; at++) {
      const share = cover[at]!;
      if (!share) continue;
      let most = 0;
      for (let c = 0; c < 3; c++) {
        const old = data[3 * at + c]!;
        const now = Math.round(old + opacity * share * (colour - old));
        most = Math.max(most, Math.abs(now - picture.data[3 * at + c]!));
        data[3 * at + c] = now;
      }
      if (share >= 0.5 && most >= SEEN) mask[at] = 1;
      cover[at] = 0;
    }
  }
}

/** Grain: normal, of that deviation in steps of 255. */
export function drawGrain(data: Uint8Array, deviation: number, seed: number): Uint8Array {
  const unit = random(seed);
  return data.map((value) => {
    const normal = Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
    return Math.min(255, Math.max(0, Math.round(value + deviation * normal)));
  });
}

/** How well a mask holds dust, by pixels: of what it covers, how much is dust; of the dust, how much it covers. */
export function maskFigures(
  found: Uint8Array,
  drawn: Uint8Array,
  width: number,
  tolerance = 1,
): { precision: number; recall: number } {
  const share = (of: Uint8Array, near: Uint8Array) => {
    let [all, hits] = [0, 0];
    for (let at = 0; at < of.length; at++) {
      if (!of[at]) continue;
      all += 1;
      if (isNear(near, at)) hits += 1;
    }
    return all ? hits / all : 1;
  };
  const isNear = (mask: Uint8Array, at: number) => {
    const x = at % width;
    for (let dy = -tolerance; dy <= tolerance; dy++)
      for (let dx = -tolerance; dx <= tolerance; dx++)
        if (x + dx >= 0 && x + dx < width && mask[at + dy * width + dx]) return true;
    return false;
  };
  return { precision: share(found, drawn), recall: share(drawn, found) };
}

function random(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
