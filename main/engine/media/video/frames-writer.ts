import path from 'node:path';
import { type Rational, ZERO } from '../../../../contract/time.ts';
import { hashFile } from '../../../../models/library/storage.ts';
import { assemble } from './assemble.ts';
import { addRecord, type ClipRecord, tagsOf } from './clip-record.ts';
import { type Coding, chooseCoding } from './coding.ts';
import { resultTags, type VideoFrame, writePlanes } from './frame-planes.ts';
import { joinPictures, PictureFolderWriter } from './picture-writer.ts';
import { layoutOf } from './pixel-format.ts';
import { type PictureShape, SegmentWriter } from './segment-writer.ts';

const CODECS = { mp4: 'h264', webm: 'vp9', png: 'png' } as const;

/** How frames that were drawn become a clip, or a folder of pictures. */
export interface FramesForm {
  readonly format: keyof typeof CODECS;
  /** Frames a second. */
  readonly rate: Rational;
}

/** Encodes frames as they are drawn, and holds none. */
export class FramesWriter {
  readonly notes: string[] = [];
  readonly #coding: Coding;
  readonly #segment: string;
  #shape: PictureShape | undefined;
  #writer: SegmentWriter | PictureFolderWriter | undefined;

  /** @param work a folder for what is encoded so far @throws GessoError recipe/invalid */
  constructor(
    private readonly form: FramesForm,
    private readonly size: { readonly width: number; readonly height: number },
    work: string,
  ) {
    // As of pictures: players get colour at half the size.
    const video = { ...size, layout: layoutOf('gbrp') };
    this.#coding = chooseCoding(CODECS[form.format], undefined, video, this.notes);
    this.#segment = path.join(work, 'frames');
  }

  /** @param planes planar RGB, 0..1 */
  async write(planes: Float32Array): Promise<void> {
    const frame = writePlanes(planes, this.size.width, this.size.height);
    try {
      this.#writer ??= await this.#open(frame);
      await this.#writer.write(frame);
    } finally {
      frame.free();
    }
  }

  /**
   * Puts the clip, or the folder of pictures, at `temp`. A clip says how it was made, where there is a record of that.
   * @throws GessoError output/no-space, output/denied
   */
  async finish(
    temp: string,
    record: ClipRecord | undefined,
    checkpoint: () => void,
  ): Promise<{ sha256: string; bytes: number }> {
    const [writer, shape] = [this.#writer, this.#shape];
    if (!writer || !shape) throw new Error('a clip without frames');
    const { format } = this.form;
    if (format === 'png') {
      await writer.finish();
      return joinPictures([this.#segment], temp);
    }
    const { frames } = writer as SegmentWriter;
    await writer.finish();
    await assemble({
      ...{ file: temp, container: format, coding: this.#coding, shape, checkpoint },
      ...{ sideData: [], segments: [{ file: this.#segment, frames }], offset: ZERO },
      ...(record && { tags: tagsOf(record, format) }),
    });
    if (record) await addRecord(temp, record, format);
    return hashFile(temp);
  }

  async abandon(): Promise<void> {
    await this.#writer?.abandon();
  }

  async #open(frame: VideoFrame): Promise<SegmentWriter | PictureFolderWriter> {
    this.#shape = {
      ...this.size,
      pixelAspect: { num: 1, den: 1 },
      tags: resultTags(frame, this.#coding.pixelFormat),
      rate: this.form.rate,
    };
    return this.form.format === 'png'
      ? PictureFolderWriter.open(this.#segment, this.#coding, this.#shape, 0)
      : SegmentWriter.open(this.#segment, this.#coding, this.#shape);
  }
}
