import { z } from 'zod';

const CLIP_CODECS = ['h264', 'h265', 'av1', 'vp9', 'prores', 'ffv1', 'png'] as const;
export const CLIP_CONTAINERS = ['mp4', 'mkv', 'mov', 'webm'] as const;
export type ClipCodec = (typeof CLIP_CODECS)[number];
export type ClipContainer = (typeof CLIP_CONTAINERS)[number];

/** How a clip is stored. */
export const clipCoding = z.strictObject({
  codec: z.enum(CLIP_CODECS).default('h264'),
  /** The codec's own measure of quality, lower is better (CRF); for ProRes its profile, 0 to 5. Left out: see DEFAULT_QUALITY. */
  quality: z.number().int().min(0).max(63).optional(),
  /** Left out: the source's where it can carry the codec, else mkv. */
  container: z.enum(CLIP_CONTAINERS).optional(),
  /** Left out: copy, or stretch where the clip is slowed. */
  audio: z.enum(['copy', 'stretch', 'none']).optional(),
});
export type ClipCoding = z.infer<typeof clipCoding>;

/** Quality that few eyes tell from the source, in each codec's own measure. */
export const DEFAULT_QUALITY: Readonly<Record<ClipCodec, number>> = {
  h264: 18,
  h265: 20,
  av1: 24,
  vp9: 24,
  prores: 3,
  ffv1: 0,
  png: 0,
};
/** The worst that each codec's measure goes to. */
export const MOST_QUALITY: Readonly<Record<ClipCodec, number>> = {
  h264: 51,
  h265: 51,
  av1: 63,
  vp9: 63,
  prores: 5,
  ffv1: 0,
  png: 0,
};
