import type { Sharp } from 'sharp';
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

/**
 * Puts 8-bit colours for a display into what a pipeline writes. It must have been opened with `ignoreIcc` for 'p3':
 * libvips would squeeze 8-bit colours into sRGB first, so a wide picture keeps its own numbers and profile, and the
 * browser brings them to the screen.
 */
export function coloured(pipeline: Sharp, display: Display): Sharp {
  const bytes = pipeline.toColourspace('srgb');
  return display === 'p3' ? bytes.keepIccProfile() : bytes.withIccProfile('srgb');
}
