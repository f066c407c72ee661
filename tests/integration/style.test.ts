import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toOklab } from '../../main/engine/media/oklab.ts';
import { gesso, homeWithModels, sample, scratch, start } from './support/gesso.ts';
import { drawn, largestDifference, motif, pixels } from './support/pictures.ts';

/** Real weights on a real photograph, through the command line. */
const MODELS = ['magenta-style', 'magenta-style-reader', 'multistyle26'];
/** Half as large as it was taken: most of what is asked here hangs on no size. */
const CAT = path.join(scratch('style-cat'), 'chelsea.png');
const STYLE = sample('retina.jpg');
const OTHER = sample('coffee.png');

let home: string;
let out: string;
let count = 0;
beforeAll(async () => {
  home = await homeWithModels(MODELS);
  out = scratch('style');
  await sharp(sample('chelsea.png')).resize(226).png().toFile(CAT);
});

/** Paints a picture and gives its pixels and what was said of it. */
async function paint(input: string, ...args: string[]) {
  count += 1;
  const named = ['--name', `result-${count}`, '--out', out, '--json'];
  const { code, events, stderr } = await gesso(['style', input, ...args, ...named], { home });
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const [event] = events;
  return { event: event!, file: String(event!.output), ...(await pixels(String(event!.output))) };
}

const mean = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length;

describe('strength', () => {
  it('0 is the original, for styles of pictures and for built-in ones, colour kept or not', async () => {
    const original = await pixels(CAT);
    for (const args of [
      ['--style', STYLE],
      ['--style', 'builtin:4'],
      ['--style', STYLE, '--colour', 'original', '--detail', '1'],
    ]) {
      const made = await paint(CAT, ...args, '--strength', '0');
      expect(largestDifference(made.data, original.data)).toBe(0);
    }
  });

  it('goes to the style without a jump: near steps are near pictures, and 1 is far from 0', async () => {
    const original = await pixels(CAT);
    for (const style of [STYLE, 'builtin:4']) {
      const made = new Map<number, Uint8Array>([[0, original.data]]);
      for (const strength of [0.02, 0.24, 0.26, 0.98, 1])
        made.set(strength, (await paint(CAT, '--style', style, '--strength', `${strength}`)).data);
      const step = (from: number, to: number) => mean(made.get(from)!, made.get(to)!);
      expect(step(0, 0.02)).toBeLessThan(6);
      expect(step(0.24, 0.26)).toBeLessThan(6);
      expect(step(0.98, 1)).toBeLessThan(6);
      expect(step(0, 1)).toBeGreaterThan(20);
    }
  });
});

describe('mixtures', () => {
  it('are continuous in their shares, and at their ends the styles alone', async () => {
    for (const [first, second] of [
      [STYLE, OTHER],
      ['builtin:2', 'builtin:9'],
      [STYLE, 'builtin:2'],
    ] as const) {
      const mix = (share: number) =>
        paint(CAT, '--style', first, '--style', second, '--mix', `${1 - share},${share}`);
      const [alone, start, near, middle] = [
        await paint(CAT, '--style', first),
        await mix(0),
        await mix(0.03),
        await mix(0.5),
      ];
      expect(largestDifference(start.data, alone.data)).toBeLessThanOrEqual(1);
      expect(mean(start.data, near.data)).toBeLessThan(8);
      expect(mean(start.data, middle.data)).toBeGreaterThan(mean(start.data, near.data));
    }
  });
});

describe('masks', () => {
  it('limit what changes: where they are black the original stays, where white all is painted', async () => {
    const mask = path.join(out, 'mask.png');
    await drawn(100, 60, 1, (x) => (x < 50 ? 0 : 255))
      .png()
      .toFile(mask);
    const original = await pixels(CAT);
    const whole = await paint(CAT, '--style', STYLE);
    const masked = await paint(CAT, '--style', STYLE, '--mask', mask, '--brush', '2');
    const plain = await paint(CAT, '--style', STYLE, '--mask', mask);
    const { width, height, channels } = original;
    // A mask of another size is brought to the picture's: its edge is a few pixels wide.
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = (y * width + x) * channels;
        for (let c = 0; c < 3; c++) {
          if (x < width / 2 - 8)
            for (const { data } of [masked, plain])
              if (data[at + c] !== original.data[at + c]) throw new Error(`changed at ${x}, ${y}`);
          if (x > width / 2 + 8 && Math.abs(plain.data[at + c]! - whole.data[at + c]!) > 1)
            throw new Error(`not painted at ${x}, ${y}`);
        }
      }
  });

  it('belong to the style before them; the others are painted below', async () => {
    const black = path.join(out, 'black.png');
    await drawn(40, 40, 1, () => 0)
      .png()
      .toFile(black);
    const below = await paint(CAT, '--style', 'builtin:3');
    const both = await paint(CAT, '--style', STYLE, '--mask', black, '--style', 'builtin:3');
    expect(largestDifference(both.data, below.data)).toBeLessThanOrEqual(1);
  });
});

describe('colour', () => {
  it('of the original is kept in Oklab, and lightness is painted', async () => {
    const original = await pixels(CAT);
    const kept = await paint(CAT, '--style', 'builtin:7', '--colour', 'original');
    const painted = await paint(CAT, '--style', 'builtin:7');
    const apart = (a: Uint8Array, b: Uint8Array) => {
      const [one, other] = [new Float64Array(3), new Float64Array(3)];
      let [worst, sum, light] = [0, 0, 0];
      const pixelCount = a.length / 3;
      for (let at = 0; at < a.length; at += 3) {
        toOklab(a[at]! / 255, a[at + 1]! / 255, a[at + 2]! / 255, one);
        toOklab(b[at]! / 255, b[at + 1]! / 255, b[at + 2]! / 255, other);
        const distance = Math.hypot(one[1]! - other[1]!, one[2]! - other[2]!);
        worst = Math.max(worst, distance);
        sum += distance / pixelCount;
        light += Math.abs(one[0]! - other[0]!) / pixelCount;
      }
      return { worst, mean: sum, light };
    };
    const close = apart(kept.data, original.data);
    // What 8 bits round away: near black the axes of colour are coarse.
    expect(close.mean).toBeLessThan(0.005);
    expect(close.worst).toBeLessThan(0.05);
    expect(close.light).toBeGreaterThan(0.05);
    expect(apart(painted.data, original.data).mean).toBeGreaterThan(0.05);
  });
});

describe('what a picture has', () => {
  it('it keeps: alpha, 16 bits, the profile', async () => {
    const input = path.join(out, 'rich.png');
    const side = 80;
    const data = new Uint16Array(side * side * 4);
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++)
        for (let c = 0; c < 4; c++)
          data[(y * side + x) * 4 + c] =
            c === 3 ? (x * 819) % 65536 : motif(x, y, c) * 257 + ((x * 7 + y) % 200);
    await sharp(data, { raw: { width: side, height: side, channels: 4 } })
      .withIccProfile('p3')
      .toColourspace('rgb16')
      .png()
      .toFile(input);
    const { file } = await paint(input, '--style', STYLE, '--detail', '0.5', '--brush', '2');
    const [before, after] = [await sharp(input).metadata(), await sharp(file).metadata()];
    expect([after.depth, after.hasAlpha, after.icc]).toEqual(['ushort', true, before.icc]);
    const alpha = (name: string) =>
      sharp(name, { ignoreIcc: true }).extractChannel(3).raw({ depth: 'ushort' }).toBuffer();
    expect((await alpha(file)).equals(await alpha(input))).toBe(true);
    const colours = await sharp(file, { ignoreIcc: true }).removeAlpha().raw({ depth: 'ushort' }).toBuffer();
    const samples = new Uint16Array(Uint8Array.from(colours).buffer);
    // Not 8 bits in 16.
    expect(new Set(samples.map((value) => value % 257)).size).toBeGreaterThan(50);
  });

  it('a grey one gets colours', async () => {
    const grey = path.join(out, 'grey.png');
    await sharp(CAT).greyscale().toColourspace('b-w').png().toFile(grey);
    const made = await paint(grey, '--style', 'builtin:7');
    expect(made.channels).toBe(3);
    const spread = made.data.reduce(
      (sum, value, at) => (at % 3 === 0 ? sum + Math.abs(value - made.data[at + 2]!) : sum),
      0,
    );
    expect(spread / (made.data.length / 3)).toBeGreaterThan(10);
  });

  it.each([
    [1, 1],
    [3, 200],
    [37, 5],
  ])('of %i x %i pixels it is painted all the same', async (width, height) => {
    const input = path.join(out, `small-${width}.png`);
    await drawn(width, height, 3, motif).png().toFile(input);
    for (const args of [
      ['--style', STYLE],
      ['--style', 'builtin:1', '--brush', '4', '--detail', '1'],
    ]) {
      const made = await paint(input, ...args);
      expect([made.width, made.height]).toEqual([width, height]);
    }
  });
});

describe('tiles', () => {
  it('that are given what was measured make no seams: another size of tile is the same picture', async () => {
    const large = path.join(out, 'large.png');
    await sharp(sample('chelsea.png')).resize(720, 480).png().toFile(large);
    for (const style of [STYLE, 'builtin:7']) {
      const [small, wide] = [
        await paint(large, '--style', style, '--tile', '256'),
        await paint(large, '--style', style, '--tile', '1024'),
      ];
      expect(Number(small.event.tiles)).toBeGreaterThan(Number(wide.event.tiles));
      expect(Number(wide.event.tiles)).toBe(1);
      expect(largestDifference(small.data, wide.data)).toBeLessThanOrEqual(3);
    }
  });

  it('measured exactly are the whole picture', async () => {
    const large = path.join(out, 'exact.png');
    await sharp(sample('chelsea.png')).resize(520, 346).png().toFile(large);
    for (const style of [STYLE, 'builtin:7']) {
      const whole = await paint(large, '--style', style);
      const exact = await paint(large, '--style', style, '--exact', '--tile', '256');
      expect(Number(whole.event.tiles)).toBe(1);
      expect(Number(exact.event.tiles)).toBeGreaterThan(4);
      expect(largestDifference(exact.data, whole.data)).toBeLessThanOrEqual(3);
    }
  });
});

describe('a style that is none', () => {
  const bad = async (style: string, ...more: string[]) => {
    const args = ['style', CAT, '--style', style, ...more, '--out', out, '--name', 'bad', '--json'];
    const { code, events } = await gesso(args, { home });
    expect(code).toBe(1);
    expect(existsSync(path.join(out, 'bad.png'))).toBe(false);
    return events[0]!.error as { code: string; message: string; hint: string };
  };

  it('is named, with what to do: too small, nothing to see, text, too large, missing', async () => {
    const file = (name: string) => path.join(out, name);
    await drawn(1, 1, 3, () => 90)
      .png()
      .toFile(file('dot.png'));
    await drawn(50, 50, 4, (_, __, c) => (c === 3 ? 0 : 120))
      .png()
      .toFile(file('glass.png'));
    writeFileSync(file('words.png'), 'This is no picture.\n'.repeat(50));
    // A header that says 60,000 x 60,000 pixels; nobody has to make them.
    const png = await drawn(4, 4, 3, () => 1)
      .png()
      .toBuffer();
    png.writeUInt32BE(60_000, 16);
    png.writeUInt32BE(60_000, 20);
    const { crc32 } = await import('node:zlib');
    png.writeUInt32BE(crc32(png.subarray(12, 29)), 29);
    writeFileSync(file('huge.png'), png);
    const cases = [
      ['dot.png', 'input/unsupported', /1 x 1/],
      ['glass.png', 'input/unsupported', /transparent/],
      ['words.png', 'input/unsupported', /words\.png/],
      ['huge.png', 'input/too-large', /60000 x 60000/],
      ['nowhere.png', 'input/unreadable', /not there/],
    ] as const;
    for (const [name, code, message] of cases) {
      const error = await bad(file(name));
      expect([name, error.code]).toEqual([name, code]);
      expect(error.message).toContain(name);
      expect(error.message).toMatch(message);
      expect(error.hint.length).toBeGreaterThan(10);
    }
    const mask = await bad(STYLE, '--mask', file('words.png'));
    expect([mask.code, mask.message.includes('words.png')]).toEqual(['input/unsupported', true]);
  });

  it('on the command line ends with 2 and says which flag', async () => {
    for (const [args, word] of [
      [[], '--style'],
      [['--style', 'builtin:26'], 'builtin:25'],
      [['--style', STYLE, '--mix', '1,2'], '--mix'],
      [['--mask', STYLE, '--style', STYLE], '--mask'],
      [['--style', STYLE, '--brush', '9'], 'brush'],
      [['--style', STYLE, '--colour', 'red'], 'colour'],
      [['--style', STYLE, '--name', '{scale}'], '{scale}'],
    ] as const) {
      const { code, stderr } = await gesso(['style', CAT, ...args], { home });
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).toContain(word);
    }
  });
});

describe('--json', () => {
  it('prints one line for each picture and a summary, and a result that is there is skipped', async () => {
    const folder = scratch('style-json');
    const args = [
      'style',
      CAT,
      path.join(folder, 'none.png'),
      '--style',
      'builtin:5',
      '--out',
      folder,
      '--json',
    ];
    const first = await gesso(args, { home });
    expect(first.code).toBe(1);
    expect(first.events.map(({ event }) => event)).toEqual(['item', 'item', 'summary']);
    const done = first.events.find(({ output }) => output !== undefined)!;
    expect(done).toMatchObject({ output: path.join(folder, 'chelsea_builtin-5.png'), model: 'multistyle26' });
    expect(first.events.at(-1)).toEqual({ event: 'summary', done: 1, failed: 1, skipped: 0 });
    const again = await gesso(args, { home });
    expect(again.events.at(-1)).toMatchObject({ done: 0, skipped: 1 });
    // What made it is written into it, without the folders of whoever did.
    const { xmp } = await sharp(String(done.output)).metadata();
    expect(xmp?.toString()).toMatch(/builtIn/);
  });

  it('says nothing in the file of where styles are kept', async () => {
    const { file } = await paint(CAT, '--style', STYLE);
    const { xmp } = await sharp(file).metadata();
    expect(xmp?.toString()).toContain('retina.jpg');
    expect(readFileSync(file).includes(path.dirname(STYLE))).toBe(false);
  });
});

describe('kill -9', () => {
  let folder: string;
  beforeEach(() => {
    folder = scratch('style-kill');
  });

  it('while painting loses nothing: the job goes on, and every result is there once and whole', async () => {
    const own = await homeWithModels(MODELS);
    for (let i = 0; i < 3; i++)
      await drawn(500, 400, 3, (x, y, c) => (motif(x, y, c) + 40 * i) % 256)
        .png()
        .toFile(path.join(folder, `p${i}.png`));
    const args = ['style', folder, '--style', 'builtin:7', '--tile', '192', '--json'];
    const run = start(args, { home: own });
    await run.saw('"event":"item"');
    run.child.kill('SIGKILL');
    await run.done;
    const resumed = await gesso(['jobs', 'resume', '--json'], { home: own });
    expect(resumed.code).toBe(0);
    const made = readdirSync(folder).filter((name) => name.includes('builtin'));
    expect(made.sort()).toEqual([0, 1, 2].map((i) => `p${i}_builtin-7.png`));
    for (const name of made) {
      const { info } = await sharp(path.join(folder, name)).raw().toBuffer({ resolveWithObject: true });
      expect([info.width, info.height]).toEqual([500, 400]);
    }
    // Nothing else lies there.
    expect(readdirSync(folder)).toHaveLength(6);
  });
});
