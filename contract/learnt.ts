import { z } from 'zod';
import { modelId } from './descriptor.ts';
import { learnKind } from './learn-step.ts';

const count = z.number().int().nonnegative();

/** A weight of a learnt network: its place in the flat vector. */
const weight = z.object({ name: z.string(), dims: z.array(count), offset: count });

/**
 * Something learnt on this machine, as it lies in the library: `learnt/<id>/learnt.json`, beside it `state.bin` (all
 * that learning needs to go on, the weights among it) and what the kind adds.
 */
export const learntModel = z.object({
  gesso: z.literal(1),
  id: modelId,
  name: z.string(),
  kind: learnKind,
  /** Numbers that the network's shape hangs on, as its kind names them. */
  shape: z.record(z.string(), z.unknown()),
  /** The networks in `state.bin`, by name. */
  networks: z.record(z.string(), z.object({ layout: z.array(weight), count })),
  /** The card: from what it was learnt, and how. */
  learnt: z.object({
    /** What was opened, as the user named it. */
    from: z.array(z.string()),
    /** Pictures, or characters. */
    examples: count,
    steps: count,
    /** Seconds of learning, all evenings together. */
    seconds: z.number().nonnegative(),
    seed: count,
    /** What was measured at the end, by name. */
    figures: z.record(z.string(), z.number()),
    /** What should be known of it, in words. */
    notes: z.array(z.string()),
  }),
  parameters: count,
  /** The model of the library that draws pictures of numbers, where there is one. */
  latent: modelId.optional(),
  files: z.record(z.string(), z.object({ bytes: count, sha256: z.string() })),
  /** All files together. */
  bytes: count,
  installedAt: z.string(),
});
export type LearntModel = z.infer<typeof learntModel>;
