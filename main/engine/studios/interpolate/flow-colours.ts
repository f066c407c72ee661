import { type Rational, toNumber } from '../../../../contract/time.ts';

/** Motion shorter than this is hardly any: it is not blown up to full colour. Pixels. */
const LEAST_LONGEST = 1;

/** What a network gives of a pair: to the first frame and to the second, [1, 4, height, width], pixels right and down. */
export interface Motion {
  flow: Float32Array;
  width: number;
  height: number;
  /** Pixels of the frame as it is stored to one of `flow`, across and down. */
  scale: readonly [number, number];
}

/** The longest motion to either frame, pixels of the frame as it is stored. */
export function longestMotion({ flow, width, height, scale: [across, down] }: Motion): number {
  const area = width * height;
  let most = 0;
  for (const side of [0, 1])
    for (let at = 2 * side * area; at < (2 * side + 1) * area; at += 1)
      most = Math.max(most, Math.hypot(flow[at]! * across, flow[at + area]! * down));
  return most;
}

/**
 * The motion to one of the frames as colours, planar RGB 0..1: the hue is where it leads to as the picture is seen, and
 * the longer, the stronger: white where nothing moves, full colour at `longest`. Right is red, down yellow and green,
 * left cyan, up blue and violet, as Baker et al. draw it (A Database and Evaluation Methodology for Optical Flow, 2011).
 * @param side 0: to the first frame, 1: to the second
 */
export function flowColours(
  { flow, width, height, scale: [across, down] }: Motion,
  side: 0 | 1,
  longest: number,
  { rotation, pixelAspect }: { rotation: number; pixelAspect: Rational },
): Float32Array {
  const area = width * height;
  const planes = new Float32Array(3 * area);
  const wide = toNumber(pixelAspect);
  const turn = (rotation * Math.PI) / 180;
  const most = Math.max(LEAST_LONGEST, longest);
  for (let at = 0; at < area; at += 1) {
    const x = flow[2 * side * area + at]! * across;
    const y = flow[(2 * side + 1) * area + at]! * down;
    const angle = Math.atan2(y, x * wide) + turn;
    const colour = wheel(angle, Math.min(1, Math.hypot(x, y) / most));
    for (let plane = 0; plane < 3; plane += 1) planes[plane * area + at] = colour[plane]!;
  }
  return planes;
}

/** @param angle radians, clockwise from the right @param strength 0..1 @returns red, green, blue, 0..1 */
export function wheel(angle: number, strength: number): [number, number, number] {
  const sixths = (((angle / Math.PI) * 3) % 6) + 6;
  // How far each of the three is from its own place on the wheel: full within one sixth, none beyond two.
  const share = (place: number) => {
    const away = Math.abs((sixths - place) % 6);
    return Math.min(1, Math.max(0, 2 - Math.min(away, 6 - away)));
  };
  const mixed = (place: number) => 1 - strength * (1 - share(place));
  return [mixed(0), mixed(2), mixed(4)];
}
