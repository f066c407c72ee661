import type { SessionDevice } from '../../inference/worker-protocol.ts';
import type { FlowScale } from './network-stages.ts';

/** The flow scales that there are, best first. */
export const FLOW_SCALES: readonly FlowScale[] = [1, 0.5, 0.25];

export function firstFlowScale(_: unknown, _device: SessionDevice): number {
  return Number(process.env.FLOW ?? 1);
}
