import {
  AV_FRAME_FLAG_INTERLACED,
  AV_PIX_FMT_VAAPI,
  AV_PIX_FMT_YUV420P,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
} from 'node-av/constants';
import { Frame } from 'node-av/lib';
import { describe, expect, test } from 'vitest';
import { colourTags, isInterlaced, PixelConverter, type VideoFrame } from './frame-planes.ts';

const [WIDTH, HEIGHT] = [64, 32];
const LIMITED = { space: AVCOL_SPC_BT709, range: AVCOL_RANGE_MPEG, primaries: 2, transfer: 2, location: 1 };

/** A picture of one luma, as films are stored. */
function film(luma: number): VideoFrame {
  const frame = new Frame();
  frame.alloc();
  frame.width = WIDTH;
  frame.height = HEIGHT;
  frame.format = AV_PIX_FMT_YUV420P;
  frame.getBuffer(0);
  frame.colorSpace = AVCOL_SPC_BT709;
  frame.colorRange = AVCOL_RANGE_MPEG;
  for (const [at, plane] of (frame.data as Buffer[]).entries()) plane.fill(at === 0 ? luma : 128);
  return frame;
}

const LUMAS = Array.from({ length: 74 }, (_, i) => 16 + 3 * i);
const asShown = (luma: number) => ((luma - 16) * 255) / 219;

/** Mean of what a player shows, 0..255. */
async function shown(converter: PixelConverter, frame: VideoFrame): Promise<number> {
  const rgb = await converter.convert(frame, 'rgb24', colourTags(frame));
  const row = rgb.data![0]!.subarray(0, 3 * WIDTH);
  return row.reduce((sum, value) => sum + value, 0) / row.length;
}

describe('pixels', () => {
  test('are shown with their own shade: rounding is exact', async () => {
    const converter = new PixelConverter();
    let sum = 0;
    for (const luma of LUMAS) sum += (await shown(converter, film(luma))) - asShown(luma);
    // By libswscale's own choice of ways, all is half a shade to two shades too dark.
    expect(Math.abs(sum / LUMAS.length)).toBeLessThan(0.1);
    converter.close();
  });

  test('come back from the floats of the network as they went', async () => {
    const converter = new PixelConverter();
    for (const luma of LUMAS) {
      const floats = await converter.convert(film(luma), 'gbrpf32le', LIMITED);
      const back = await converter.convert(floats, 'yuv420p', LIMITED);
      expect([luma, back.data![0]![10]]).toEqual([luma, luma]);
    }
    converter.close();
  });

  test('of a picture in fields are converted as they lie, and it stays one', async () => {
    const converter = new PixelConverter();
    const frame = film(104);
    frame.setFlags(AV_FRAME_FLAG_INTERLACED);
    expect(Math.abs((await shown(converter, frame)) - asShown(104))).toBeLessThan(1);
    expect(isInterlaced(frame)).toBe(true);
    converter.close();
  });

  test.each([
    ['colorRange', 7],
    ['chromaLocation', 99],
    ['colorSpace', 77],
  ])('whose frame states a %s that there is not are taken as if it said nothing', async (tag, value) => {
    const converter = new PixelConverter();
    const frame = film(104);
    Object.assign(frame, { [tag]: value });
    expect(Math.abs((await shown(converter, frame)) - asShown(104))).toBeLessThan(2);
    converter.close();
  });

  test('that nobody converts are an error that says so, and no bug', async () => {
    const converter = new PixelConverter();
    const frame = film(104);
    // In a graphics card's memory.
    frame.format = AV_PIX_FMT_VAAPI;
    await expect(converter.convert(frame, 'gray', LIMITED)).rejects.toMatchObject({
      code: 'input/unreadable',
    });
    converter.close();
  });
});
