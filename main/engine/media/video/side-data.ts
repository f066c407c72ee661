import {
  AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
  AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
  AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_DATA_ICC_PROFILE,
  AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
  AV_PKT_DATA_SPHERICAL,
  AV_PKT_DATA_STEREO3D,
} from 'node-av/constants';
import type { CodecParameters, Frame } from 'node-av/lib';
import type { HdrData } from './coding.ts';

/** What belongs to the picture as a whole and is as true of the result: turned how, mastered on what, seen how. */
const KEPT = [
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
  AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
  AV_PKT_DATA_SPHERICAL,
  AV_PKT_DATA_STEREO3D,
  AV_PKT_DATA_ICC_PROFILE,
];

export interface SideData {
  type: number;
  data: Buffer;
}

/** Of the container, and of the first frame where only the stream itself carries it. */
export function sideDataOf(codecpar: CodecParameters, first: Frame | undefined): SideData[] {
  const fromFrame = (type: number, frameType: number) => {
    const data = first?.getSideData(frameType as never);
    return data ? { type, data: Buffer.from(data) } : undefined;
  };
  return KEPT.flatMap((type) => {
    const own = codecpar.getCodedSideData(type);
    if (own) return { type, data: Buffer.from(own) };
    if (type === AV_PKT_DATA_MASTERING_DISPLAY_METADATA)
      return fromFrame(type, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA) ?? [];
    if (type === AV_PKT_DATA_CONTENT_LIGHT_LEVEL)
      return fromFrame(type, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL) ?? [];
    return [];
  });
}

/** x265 counts chromaticities in 0.00002 and luminance in 0.0001 cd/m2, as SMPTE ST 2086 does. */
const CHROMATICITY = 50_000;
const LUMINANCE = 10_000;

/**
 * HDR10's static metadata as encoders want it. AVMasteringDisplayMetadata: ten rationals of two 32-bit numbers (red,
 * green, blue, white as x and y, then least and most luminance) and two flags; AVContentLightMetadata: two numbers.
 */
export function hdrDataOf(kept: readonly SideData[]): HdrData {
  const made: HdrData = {};
  const mastering = kept.find(({ type }) => type === AV_PKT_DATA_MASTERING_DISPLAY_METADATA)?.data;
  if (mastering && mastering.length >= 88 && mastering.readInt32LE(80) && mastering.readInt32LE(84)) {
    const value = (at: number, unit: number) => {
      const den = mastering.readInt32LE(at * 8 + 4);
      return Math.round(den === 0 ? 0 : (mastering.readInt32LE(at * 8) * unit) / den);
    };
    const point = (at: number) => `(${value(at, CHROMATICITY)},${value(at + 1, CHROMATICITY)})`;
    made.mastering = `G${point(2)}B${point(4)}R${point(0)}WP${point(6)}L(${value(9, LUMINANCE)},${value(8, LUMINANCE)})`;
  }
  const light = kept.find(({ type }) => type === AV_PKT_DATA_CONTENT_LIGHT_LEVEL)?.data;
  if (light && light.length >= 8) made.light = `${light.readUInt32LE(0)},${light.readUInt32LE(4)}`;
  return made;
}
