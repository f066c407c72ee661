import { editExif } from '../../media/exif.ts';
import type { PictureInfo } from '../../media/probe.ts';
import type { SpoolBlobs } from '../../media/spool.ts';
import { announcesGainMap, dropGainMapXmp, recordRecipe, stripPrivateXmp } from '../../media/xmp.ts';

/** The metadata blocks of the result: the source's own, edited only where the pixels changed under them. */
export function resultBlobs(
  info: PictureInfo,
  icc: Uint8Array | undefined,
  options: { stripPrivate: boolean; software: string; recipe: string },
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
  const exif = info.exif && editExif(info.exif, options);
  const blobs: SpoolBlobs = {
    'xmp-data': Buffer.from(recordRecipe(xmp, options.software, options.recipe), 'utf8'),
    ...(exif && { 'exif-data': exif }),
    ...(info.iptc && { 'iptc-data': info.iptc }),
    ...(icc && { 'icc-profile-data': icc }),
  };
  return { blobs, notes };
}
