import type { LayerJob } from './job.ts';

export type StyleChoice = LayerJob['styles'][number];
type PictureStyle = Extract<StyleChoice['from'], { picture: string }>;

/** One painting of the picture and where it shows. */
export interface Layer {
  /** In a mixture of the styles of pictures, or of styles that are built in. */
  readonly kind: 'pictures' | 'builtIn';
  /** The styles in it and their shares, which add up to 1. */
  readonly parts: readonly { readonly from: StyleChoice['from']; readonly share: number }[];
  /** Its share where several paintings meet. */
  readonly weight: number;
  /** How far it covers the original, 0..1: see `opacityOf`. */
  readonly opacity: number;
  /** Left out: it shows everywhere. */
  readonly mask?: string;
}

/** Below this strength the result of a style that is read from a picture is also blended into the original. */
const BLENDED_BELOW = 0.25;

/**
 * What is painted: all styles of pictures without a mask as one mixture, all built-in ones as another, and each that
 * has a mask by itself.
 */
export function planLayers(styles: readonly StyleChoice[], strength: number): Layer[] {
  const kindOf = ({ from }: StyleChoice) => ('picture' in from ? 'pictures' : 'builtIn');
  const mixture = (chosen: readonly StyleChoice[]): Layer[] => {
    const weight = chosen.reduce((sum, style) => sum + style.weight, 0);
    const [first] = chosen;
    if (!first || !(weight > 0)) return [];
    const kind = kindOf(first);
    return [
      {
        kind,
        parts: chosen.map((style) => ({ from: style.from, share: style.weight / weight })),
        weight,
        opacity: opacityOf(kind, strength),
        ...(first.mask !== undefined && { mask: first.mask }),
      },
    ];
  };
  const everywhere = styles.filter(({ mask }) => mask === undefined);
  return [
    ...mixture(everywhere.filter((style) => kindOf(style) === 'pictures')),
    ...mixture(everywhere.filter((style) => kindOf(style) === 'builtIn')),
    ...styles.filter(({ mask }) => mask !== undefined).flatMap((style) => mixture([style])),
  ];
}

/**
 * A style that is read from a picture takes effect by the way from the picture's own style to it; only near 0, where
 * that way still begins with a painting, is it blended too. A built-in style is blended all the way.
 */
export function opacityOf(kind: Layer['kind'], strength: number): number {
  return kind === 'builtIn' ? strength : Math.min(1, strength / BLENDED_BELOW);
}

/** The weights of the styles that are built in. @param count how many there are */
export function builtInWeights(parts: Layer['parts'], count: number): Float32Array {
  const weights = new Float32Array(count);
  for (const { from, share } of parts) if ('builtIn' in from) weights[from.builtIn]! += share;
  return weights;
}

/**
 * A mixture of styles that were read from pictures, on the way from the picture's own.
 * @param own left out at full strength
 */
export function mixedStyle(
  read: readonly { style: Float32Array; share: number }[],
  own: Float32Array | undefined,
  strength: number,
): Float32Array {
  const mixed = new Float32Array(read[0]?.style.length ?? 0);
  for (const { style, share } of read)
    for (let at = 0; at < mixed.length; at++) mixed[at]! += share * style[at]!;
  return own ? mixed.map((value, at) => own[at]! + strength * (value - own[at]!)) : mixed;
}

export function isPicture(from: StyleChoice['from']): from is PictureStyle {
  return 'picture' in from;
}
