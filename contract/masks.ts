import { z } from 'zod';

/** A mask that was painted by hand, by the SHA-256 of its PNG: grey, white where something applies in full. */
export const maskId = z.string().regex(/^[0-9a-f]{64}$/);

/** Which layer a mask is for: one of Style's, or `RESTORATION`. */
export const layerId = z.string().regex(/^[a-z0-9-]{1,40}$/);

/** What was painted on a picture: a mask for each layer that has one. */
export const pictureMasks = z.record(layerId, maskId);
export type PictureMasks = Readonly<Record<string, string | undefined>>;

/** Of the largest mask that a page may save, bytes. */
export const LARGEST_MASK = 16e6;
