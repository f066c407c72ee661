import { crc32, deflateSync } from 'node:zlib';

const WIDTH = 384;
const HEIGHT = 256;

/**
 * A picture for machines that can fetch no photograph, as PNG bytes: hills in mist under a low sun, with thin
 * branches in front, so that there is something for an upscaler to do.
 *
 * @returns {Buffer}
 */
export function drawPicture() {
  const rows = Buffer.alloc(HEIGHT * (1 + WIDTH * 3));
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [r, g, b] = pixel(x, y);
      // Each row starts with a filter byte, 0 for none.
      rows.set([r, g, b].map(byte), y * (1 + WIDTH * 3) + 1 + x * 3);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(WIDTH, 0);
  head.writeUInt32BE(HEIGHT, 4);
  head.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB, no interlace
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** @param {number} x @param {number} y @returns {[number, number, number]} */
function pixel(x, y) {
  const sun = Math.exp(-((x - 270) ** 2 + (y - 88) ** 2) / 900);
  /** @type {[number, number, number]} */
  let colour = mix([0.42, 0.52, 0.66], [0.93, 0.82, 0.68], y / 170);
  colour = mix(colour, [1, 0.95, 0.82], sun);
  for (let layer = 0; layer < 4; layer++) {
    const ridge =
      120 + layer * 30 - 22 * Math.sin(x / (70 - 9 * layer) + layer * 1.7) - 6 * Math.sin(x / 11 + layer);
    if (y > ridge) colour = mix([0.62, 0.64, 0.68], [0.13, 0.18, 0.17], (layer + 1) / 4 - (y - ridge) / 600);
  }
  const bough = Math.abs(y - 40 - 0.35 * x - 5 * Math.sin(x / 17));
  const twig = Math.abs(((x + 0.6 * y) % 46) - 23);
  if (x < 190 && (bough < 2.2 - x / 130 || (twig < 0.9 && y > 36 + 0.3 * x && y < 92 + 0.2 * x))) {
    colour = [0.08, 0.07, 0.06];
  }
  // A little grain, the same at every run.
  const grain = (((x * 7919 + y * 104729) % 31) / 31 - 0.5) * 0.02;
  return [colour[0] + grain, colour[1] + grain, colour[2] + grain];
}

/**
 * @param {[number, number, number]} from
 * @param {[number, number, number]} to
 * @param {number} share
 * @returns {[number, number, number]}
 */
function mix(from, to, share) {
  const t = Math.min(1, Math.max(0, share));
  return [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t, from[2] + (to[2] - from[2]) * t];
}

function byte(/** @type {number} */ value) {
  return Math.min(255, Math.max(0, Math.round(value * 255)));
}

/** @param {string} type @param {Buffer} data */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
