import sharp from 'sharp';

/** Versions of the libraries that read and write pictures, as they are loaded. */
export function mediaVersions(): Record<string, string> {
  const { sharp: wrapper, vips } = sharp.versions;
  return { ...(wrapper && { sharp: wrapper }), libvips: vips };
}
