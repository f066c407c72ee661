import { editExif } from './exif.ts';
import { iptcFor } from './iptc.ts';
import type { PictureInfo } from './probe.ts';
import type { SpoolBlobs } from './spool.ts';
import { announcesGainMap, dropGainMapXmp, recordRecipe, stripPrivateXmp } from './xmp.ts';

/** The metadata blocks of the result: the source's own, edited only where the pixels changed under them. */
export function resultBlobs(
  info: PictureInfo,
  icc: Uint8Array | undefined,
  options: { format: string; stripPrivate: boolean; software: string; recipe: string },
): { blobs: SpoolBlobs; notes: string[] } {
  const notes: string[] = [];
  let { xmp } = info;
  if (xmp && announcesGainMap(xmp)) {
    xmp = dropGainMapXmp(xmp);
    notes.push(
      'The HDR gain map was dropped: it belongs to the old pixels. The result is the standard picture.',
    );
  }
  if (xmp && options.stripPrivate) xmp = stripPrivateXmp(xmp);
  const iptc = info.iptc && iptcFor(options.format, info.iptc);
  if (info.iptc && !iptc)
    notes.push(
      `${options.format.toUpperCase()} holds no IPTC block; JPEG and TIFF do. EXIF and XMP were kept.`,
    );
  const exif = info.exif && editExif(info.exif, options);
  const blobs: SpoolBlobs = {
    'xmp-data': Buffer.from(recordRecipe(xmp, options.software, options.recipe), 'utf8'),
    ...(exif && { 'exif-data': exif }),
    ...(iptc && { 'iptc-data': iptc }),
    ...(icc && { 'icc-profile-data': icc }),
  };
  return { blobs, notes };
}
