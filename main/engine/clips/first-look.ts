import type { ClipCoding } from '../../../contract/clip-coding.ts';
import type { Rational } from '../../../contract/time.ts';
import { isInterlaced, resultTags } from '../media/video/frame-planes.ts';
import type { PictureShape } from '../media/video/segment-writer.ts';
import { hdrDataOf, type SideData } from '../media/video/side-data.ts';
import { type ClipPlan, planClip } from './plan-clip.ts';
import { type OpenSource, unreadable } from './source.ts';

/** How the pictures are stored, by what the first used frame says of itself. */
export async function firstLook(
  source: OpenSource,
  /** When the first used frame is shown, ticks. */
  first: bigint,
  { input, slow, output }: { input: string; slow: number; output: ClipCoding },
  rate: Rational,
): Promise<{ plan: ClipPlan; shape: PictureShape; sideData: SideData[] }> {
  const frames = source.frames.frames(first);
  const { value } = await frames.next();
  await frames.return(undefined);
  if (!value) throw unreadable(input);
  const { frame } = value;
  try {
    const sideData = source.frames.sideData(frame);
    const plan = planClip(source, input, { slow }, output, hdrDataOf(sideData));
    if (isInterlaced(frame))
      plan.notes.push(
        'It is interlaced: both fields of a picture were taken as one. Deinterlaced before, it gets better.',
      );
    const { width, height } = frame;
    const tags = resultTags(frame, plan.coding.pixelFormat);
    return {
      plan,
      sideData,
      shape: { width, height, pixelAspect: source.facts.video.pixelAspect, tags, rate },
    };
  } finally {
    frame.free();
  }
}
