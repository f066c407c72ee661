import sharp from 'sharp';

/** Pixels an inch at which an SVG is as large as it says. */
const DENSITY = 72;

interface Tile {
  readonly svg: string;
  /** As large as it says it is. */
  readonly width: number;
  readonly height: number;
}

interface Square {
  readonly side: number;
  /** `#rrggbb` under the tiles. */
  readonly ground: string;
  /** Pixels of a tile's longer side. */
  readonly longest: number;
}

/** Writes a square covered with an SVG that repeats both ways, as PNG. */
export async function writeTiledSvg(
  { svg, width, height }: Tile,
  { side, ground, longest }: Square,
  target: string,
): Promise<void> {
  const scale = longest / Math.max(width, height);
  // A whole number of pixels either way: else its seams would show.
  const pixels = (length: number) => Math.max(1, Math.round(length * scale));
  const tile = await sharp(Buffer.from(svg), { density: DENSITY * scale })
    .resize(pixels(width), pixels(height), { fit: 'fill' })
    .png()
    .toBuffer();
  await sharp({ create: { width: side, height: side, channels: 3, background: ground } })
    .composite([{ input: tile, tile: true, gravity: 'northwest' }])
    .removeAlpha()
    .png()
    .toFile(target);
}
