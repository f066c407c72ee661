import path from 'node:path';
import type { LatentWalk } from '../../../../../contract/latent-step.ts';
import { walkRate } from '../../../../../contract/latent-step.ts';
import { ZERO } from '../../../../../contract/time.ts';
import { hashFile } from '../../../../../models/library/storage.ts';
import { assemble } from '../../../media/video/assemble.ts';
import { addRecord, type ClipRecord, tagsOf } from '../../../media/video/clip-record.ts';
import { type Coding, chooseCoding } from '../../../media/video/coding.ts';
import { resultTags, type VideoFrame, writePlanes } from '../../../media/video/frame-planes.ts';
import { joinPictures, PictureFolderWriter } from '../../../media/video/picture-writer.ts';
import { layoutOf } from '../../../media/video/pixel-format.ts';
import { type PictureShape, SegmentWriter } from '../../../media/video/segment-writer.ts';

const CODECS = { mp4: 'h264', webm: 'vp9', png: 'png' } as const;

/** Encodes the frames of a walk as they come, and holds none. */
export class WalkWriter {
  readonly notes: string[] = [];
  readonly #coding: Coding;
  readonly #segment: string;
  #shape: PictureShape | undefined;
  #writer: SegmentWriter | PictureFolderWriter | undefined;

  /** @param work a folder for what is encoded so far @throws GessoError recipe/invalid */
  constructor(
    private readonly walk: LatentWalk,
    private readonly size: { readonly width: number; readonly height: number },
    work: string,
  ) {
    // As of pictures: players get colour at half the size.
    const video = { ...size, layout: layoutOf('gbrp') };
    this.#coding = chooseCoding(CODECS[walk.format], undefined, video, this.notes);
    this.#segment = path.join(work, 'walk');
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
   * Puts the clip, or the folder of pictures, at `temp`. A clip says how it was made.
   * @throws GessoError output/no-space, output/denied
   */
  async finish(
    temp: string,
    record: ClipRecord,
    checkpoint: () => void,
  ): Promise<{ sha256: string; bytes: number }> {
    const [writer, shape] = [this.#writer, this.#shape];
    if (!writer || !shape) throw new Error('a walk without frames');
    const { format } = this.walk;
    if (format === 'png') {
      await writer.finish();
      return joinPictures([this.#segment], temp);
    }
    const { frames } = writer as SegmentWriter;
    await writer.finish();
    await assemble({
      ...{ file: temp, container: format, coding: this.#coding, shape, checkpoint },
      ...{ sideData: [], segments: [{ file: this.#segment, frames }], offset: ZERO },
      tags: tagsOf(record, format),
    });
    await addRecord(temp, record, format);
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
      rate: walkRate(this.walk),
    };
    return this.walk.format === 'png'
      ? PictureFolderWriter.open(this.#segment, this.#coding, this.#shape, 0)
      : SegmentWriter.open(this.#segment, this.#coding, this.#shape);
  }
}
