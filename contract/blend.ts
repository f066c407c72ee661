/** How a layer is laid over what is below it: W3C Compositing and Blending Level 1. Plain values: the page has them too. */
export const BLEND_MODES = [
  'normal',
  'multiply',
  'screen',
  'overlay',
  'soft-light',
  'hard-light',
  'darken',
  'lighten',
  'difference',
  'colour',
  'luminosity',
] as const;
export type BlendMode = (typeof BLEND_MODES)[number];

interface BlendNames {
  /** `composite-op` in an OpenRaster file. */
  readonly ora: string;
  /** `globalCompositeOperation` of a canvas. */
  readonly canvas: string;
}

/** What others call each of them. */
export const BLEND_NAMES: Readonly<Record<BlendMode, BlendNames>> = {
  normal: { ora: 'svg:src-over', canvas: 'source-over' },
  multiply: { ora: 'svg:multiply', canvas: 'multiply' },
  screen: { ora: 'svg:screen', canvas: 'screen' },
  overlay: { ora: 'svg:overlay', canvas: 'overlay' },
  'soft-light': { ora: 'svg:soft-light', canvas: 'soft-light' },
  'hard-light': { ora: 'svg:hard-light', canvas: 'hard-light' },
  darken: { ora: 'svg:darken', canvas: 'darken' },
  lighten: { ora: 'svg:lighten', canvas: 'lighten' },
  difference: { ora: 'svg:difference', canvas: 'difference' },
  colour: { ora: 'svg:color', canvas: 'color' },
  luminosity: { ora: 'svg:luminosity', canvas: 'luminosity' },
};
