import type { ModelDescriptor } from '../../../../contract/descriptor.ts';
import { availableMemory } from '../../inference/tile-size.ts';
import type { SessionDevice } from '../../inference/worker-protocol.ts';

/** How much of the resolution the network looks at to find the flow. */
export const FLOW_SCALES = [1, 0.5, 0.25] as const;
export type FlowScale = (typeof FLOW_SCALES)[number];

/**
 * Best first, and what each takes with two frames held, in terms of the live activations that the graph's liveness
 * counts: measured with RIFE 4.25 (296 bytes a pixel) from 640 x 272 to 3840 x 2160.
 */
const MEMORY_FACTORS: ReadonlyMap<FlowScale, number> = new Map([
  [1, 2.45],
  [0.5, 1.7],
  [0.25, 1.28],
]);
/** Weights, and what does not grow with the frame. */
const BASE_BYTES = 250e6;
/** The rest of the free memory is for decoder, encoder and the frames between them. */
const SHARE = 0.7;

export interface FlowScaleOptions {
  width: number;
  height: number;
  descriptor: Pick<ModelDescriptor, 'activationBytesPerPixel'>;
  memory?: number;
  flowScale?: FlowScale;
}

/**
 * The flow scales to try, best first: from the largest that is estimated to fit into the memory. The smallest is always
 * among them, or a frame could not be had at all.
 */
export function flowScales(options: FlowScaleOptions, device: SessionDevice): FlowScale[] {
  const { memory = SHARE * availableMemory(), flowScale: most = 1 } = options;
  // Of a GPU's memory nothing is known: what runs there first is right.
  const fits = (scale: FlowScale) => device !== 'cpu' || memoryFor(options, scale) <= memory;
  const scales = FLOW_SCALES.filter((scale) => scale <= most);
  const first = scales.findIndex(fits);
  return scales.slice(first < 0 ? -1 : first);
}

/** Estimated bytes on the processor. */
export function memoryFor({ width, height, descriptor }: FlowScaleOptions, scale: FlowScale): number {
  const perPixel = descriptor.activationBytesPerPixel * (MEMORY_FACTORS.get(scale) ?? 0);
  return BASE_BYTES + width * height * perPixel;
}
