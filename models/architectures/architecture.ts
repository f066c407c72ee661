import type { ModelDescriptor } from '../../contract/descriptor.ts';
import type { Net } from './net.ts';

/** The two ends of a network that makes pictures of numbers: ports as LATENT_PORTS has them. */
export interface LatentShape {
  /** Numbers that go in; those of a condition, if it has one, are the last of them. */
  readonly size: number;
  /** How many of them are a condition, where the file tells. */
  readonly conditions?: number;
  readonly width: number;
  readonly height: number;
}

/** What an architecture says of the network that it has built. */
export interface Built {
  readonly task: ModelDescriptor['task'];
  /** Output pixels per input pixel. */
  readonly scale: number;
  /** Of a network that makes pictures of a list of numbers: how many, and the picture's pixels. */
  readonly latent?: LatentShape;
  /** Channels of the picture that goes in, without `planes`. */
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** Constant planes that follow the picture's channels in the input, e.g. the noise level. 0..1. */
  readonly planes?: readonly number[];
  /** The smallest width and height; 0 where the network takes any. */
  readonly sizeMinimum: number;
  readonly sizeMultipleOf: number;
  readonly tiling: ModelDescriptor['tiling'];
  /** For people: the hyperparameters read from the tensors, shortest first: `64nf`, `23nb`. */
  readonly tags: readonly string[];
}

/** One family of networks, registered as data. */
export interface Architecture {
  /** As the field calls it: `ESRGAN`, `SwinIR`. */
  readonly id: string;
  /**
   * Sets of tensor names; a checkpoint that has all of one set is taken for this architecture. A few telling names are
   * enough, so that a checkpoint that lacks another tensor is called broken and not unknown.
   */
  readonly clues: readonly (readonly string[])[];
  /** Tensors that belong to it without being needed: buffers that are computed, leftovers of training. */
  readonly spare?: RegExp;
  /** Adds the network to `net`: declares input and output, reads every tensor. */
  build(net: Net): Built;
}
