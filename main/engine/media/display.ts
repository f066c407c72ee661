import type { PictureInfo } from './probe.ts';

/** The colours of a screen, as pictures for it are tagged. */
export type Display = 'srgb' | 'p3';

/** What a picture is tagged with on such a display: a wide profile only where there is something wide to show. */
export function shownIn({ profile, colour, depth }: PictureInfo, display: Display): Display {
  if (profile?.kind === 'rgb-curves') return profile.isWide ? display : 'srgb';
  // Converted pictures: see `decode`.
  const isConverted = profile?.kind === 'table' || colour === 'other';
  return isConverted && depth === 16 ? display : 'srgb';
}
