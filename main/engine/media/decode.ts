import path from 'node:path';
import sharp from 'sharp';
import { storageError } from '../../../models/library/storage.ts';
import type { PictureInfo } from './probe.ts';
import { damaged, READ_OPTIONS } from './probe.ts';
import { Spool } from './spool.ts';
import { type Transfer, transferFor } from './transfer.ts';

export interface DecodedPicture {
  spool: Spool;
  transfer: Transfer;
  /** The profile to tag the output with; undefined means sRGB, untagged as the source was. */
  icc: Uint8Array | undefined;
  notes: string[];
}

/**
 * Decodes a picture into a spool at `target`, upright, with its own numbers: curve profiles (RGB or grey) are left
 * alone and described by `transfer`; CMYK, Lab and table profiles are converted once, 8-bit to sRGB and 16-bit to
 * Display P3 (libvips' working spaces), and tagged so.
 */
export async function decode(info: PictureInfo, target: string): Promise<DecodedPicture> {
  const convert = isConverted(info);
  const is16 = info.depth === 16;
  const space = info.colour === 'grey' && !convert ? (is16 ? 'grey16' : 'b-w') : is16 ? 'rgb16' : 'srgb';
  let pipeline = sharp(info.path, { ...READ_OPTIONS, ignoreIcc: !convert }).autoOrient();
  // The profile goes along in the spool, for those who read it through sharp again.
  pipeline = convert ? pipeline.withIccProfile(is16 ? 'p3' : 'srgb') : pipeline.keepIccProfile();
  try {
    await pipeline.toColourspace(space).toFile(target);
  } catch (cause) {
    throw storageError(cause, target) ?? damaged(path.basename(info.path), cause);
  }
  return openDecoded(info, target);
}

/** Opens a spool that `decode` made of that picture earlier. */
export async function openDecoded(info: PictureInfo, target: string): Promise<DecodedPicture> {
  const convert = isConverted(info);
  const is16 = info.depth === 16;
  const notes: string[] = [];
  if (info.pages > 1) notes.push(`${info.pages} frames or pages: only the first was restored.`);
  if (convert)
    notes.push(
      `Colours were converted from ${info.profile?.name ?? 'CMYK or Lab'} to ${is16 ? 'Display P3' : 'sRGB'}.`,
    );
  const spool = await Spool.open(target);
  const curves = !convert && info.profile && info.profile.kind !== 'table' ? info.profile.decode : undefined;
  return {
    spool,
    transfer: transferFor(curves, spool.depth, spool.channels < 3 ? 1 : 3),
    icc: convert ? await workingProfile(is16 ? 'p3' : 'srgb') : info.icc,
    notes,
  };
}

/** CMYK, Lab and table profiles need a colour engine. */
function isConverted({ colour, profile }: PictureInfo): boolean {
  return colour === 'other' || profile?.kind === 'table';
}

const profiles = new Map<string, Promise<Uint8Array | undefined>>();

/** The bytes of libvips' own sRGB or Display P3 profile. */
export function workingProfile(name: 'srgb' | 'p3'): Promise<Uint8Array | undefined> {
  let bytes = profiles.get(name);
  if (!bytes) {
    bytes = sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } })
      .withIccProfile(name)
      .png()
      .toBuffer()
      .then(async (png) => (await sharp(png).metadata()).icc);
    profiles.set(name, bytes);
  }
  return bytes;
}
