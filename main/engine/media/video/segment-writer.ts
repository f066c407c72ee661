import { rename, rm } from 'node:fs/promises';
import { AV_CODEC_FLAG_GLOBAL_HEADER, AV_PICTURE_TYPE_NONE } from 'node-av/constants';
import {
  avGetPixFmtFromName,
  avGetPixFmtName,
  Codec,
  CodecContext,
  Dictionary,
  FormatContext,
  type Frame,
  Packet,
  type Stream,
} from 'node-av/lib';
import type { Rational } from '../../../../contract/time.ts';
import { fsyncFile } from '../../../../models/library/storage.ts';
import type { Coding } from './coding.ts';
import { checkOutput, EAGAIN, END } from './ffmpeg.ts';
import { type ColourTags, colourTags, PixelConverter, type VideoFrame } from './frame-planes.ts';
import { layoutOf } from './pixel-format.ts';

/** What a result's pictures share. */
export interface PictureShape {
  width: number;
  height: number;
  pixelAspect: Rational;
  tags: ColourTags;
  /** Frames a second. */
  rate: Rational;
}

/**
 * A closed piece of the result: decodable by itself, with its own key frame. It is kept as Matroska whose millisecond
 * counts frames: the one container here that carries all codecs, transparency included, and holds whole numbers exactly.
 */
export class SegmentWriter {
  readonly #converter = new PixelConverter();
  readonly #packet = new Packet();
  #frames = 0;

  private constructor(
    private readonly file: string,
    private readonly coding: Coding,
    private readonly shape: PictureShape,
    private readonly encoder: CodecContext,
    private readonly context: FormatContext,
    private readonly stream: Stream,
  ) {
    this.#packet.alloc();
  }

  /** @param file final path; it is there only once all of it is @throws GessoError output/no-space, output/denied */
  static async open(file: string, coding: Coding, shape: PictureShape): Promise<SegmentWriter> {
    const encoder = await openEncoder(file, coding, shape);
    const context = new FormatContext();
    const part = `${file}.part`;
    checkOutput(context.allocOutputContext2(null, 'matroska', part), file, 'beginning');
    checkOutput(await context.openOutput(), file, 'beginning');
    const stream = context.newStream();
    checkOutput(stream.codecpar.fromContext(encoder), file, 'beginning');
    stream.timeBase = { num: 1, den: 1000 } as never;
    if (coding.codec === 'vp9' && layoutOf(coding.pixelFormat).hasAlpha)
      stream.metadata = Dictionary.fromObject({ alpha_mode: '1' });
    checkOutput(await context.writeHeader(), file, 'beginning');
    return new SegmentWriter(file, coding, shape, encoder, context, stream);
  }

  get frames(): number {
    return this.#frames;
  }

  /** Takes the next frame; it stays the caller's. */
  async write(frame: Frame): Promise<void> {
    const { coding, shape, encoder } = this;
    const { width, height } = shape;
    const tags = { ...colourTags(frame), range: shape.tags.range, space: shape.tags.space };
    const ready = isStoredAs(frame, coding.pixelFormat, shape)
      ? frame.clone()!
      : await this.#converter.convert(frame, coding.pixelFormat, tags, { width, height });
    ready.pts = BigInt(this.#frames);
    ready.duration = 1n;
    // Whatever the source's encoder thought of it.
    ready.pictType = AV_PICTURE_TYPE_NONE;
    this.#frames += 1;
    let code = await encoder.sendFrame(ready);
    while (code === EAGAIN) {
      await this.#drain();
      code = await encoder.sendFrame(ready);
    }
    ready.free();
    checkOutput(code, this.file, 'encoding');
    await this.#drain();
  }

  /** Flushes, syncs and puts the segment into place. */
  async finish(): Promise<void> {
    const { file } = this;
    try {
      checkOutput(await this.encoder.sendFrame(null), file, 'encoding');
      await this.#drain();
      checkOutput(await this.context.writeTrailer(), file, 'finishing');
    } finally {
      await this.#close();
    }
    await fsyncFile(`${file}.part`);
    await rename(`${file}.part`, file);
  }

  async abandon(): Promise<void> {
    await this.#close();
    await rm(`${this.file}.part`, { force: true });
  }

  async #drain(): Promise<void> {
    const packet = this.#packet;
    for (;;) {
      const code = await this.encoder.receivePacket(packet);
      if (code === EAGAIN || code === END) return;
      checkOutput(code, this.file, 'encoding');
      packet.streamIndex = 0;
      packet.rescaleTs({ num: 1, den: 1000 }, this.stream.timeBase);
      checkOutput(await this.context.writeFrame(packet), this.file, 'writing');
      packet.unref();
    }
  }

  async #close(): Promise<void> {
    this.#converter.close();
    this.#packet.free();
    this.encoder.freeContext();
    await this.context.closeOutput();
    this.context.freeContext();
  }
}

/** Whether a frame may go to an encoder as it is: a damaged file changes its mind about format and size. */
export function isStoredAs(
  { format, width, height }: VideoFrame,
  pixelFormat: string,
  shape: { width: number; height: number },
): boolean {
  return avGetPixFmtName(format as never) === pixelFormat && width === shape.width && height === shape.height;
}

/** An encoder that is ready to take frames. */
export async function openEncoder(file: string, coding: Coding, shape: PictureShape): Promise<CodecContext> {
  const { width, height, pixelAspect, tags, rate } = shape;
  const codec = Codec.findEncoderByName(coding.encoder as never);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = width;
  encoder.height = height;
  encoder.pixelFormat = avGetPixFmtFromName(coding.pixelFormat);
  encoder.timeBase = { num: rate.den, den: rate.num } as never;
  encoder.framerate = { num: rate.num, den: rate.den } as never;
  encoder.sampleAspectRatio = { num: pixelAspect.num, den: pixelAspect.den } as never;
  encoder.colorSpace = tags.space as never;
  encoder.colorRange = tags.range as never;
  encoder.colorPrimaries = tags.primaries as never;
  encoder.colorTrc = tags.transfer as never;
  encoder.chromaLocation = tags.location as never;
  // Pictures come out one by one; with threads the encoder would hold some back.
  encoder.threadCount = coding.codec === 'png' ? 1 : 0;
  if (coding.codec !== 'png') encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  if (coding.options.profile) encoder.profile = Number(coding.options.profile) as never;
  const options = Dictionary.fromObject(coding.options);
  try {
    checkOutput(await encoder.open2(codec, options), file, 'opening the encoder for');
    return encoder;
  } catch (thrown) {
    encoder.freeContext();
    throw thrown;
  } finally {
    options.free();
  }
}
