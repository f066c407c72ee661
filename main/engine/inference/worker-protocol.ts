import type { Part } from '../../../models/library/variants.ts';

/**
 * Messages between the engine's loop and its session thread. Both ends are built together and live in one process,
 * so the types alone guard them. Bulk floats travel through SharedArrayBuffers, never by copy of a message.
 */
export type SessionDevice = 'cpu' | 'webgpu' | 'dml' | 'coreml' | 'cuda';

/** What an input is fed: floats, or a tensor that an earlier request kept in the thread. */
export type Fed = { floats: Float32Array; dims: number[] } | { kept: number };

/** Where an output of these sizes goes: into shared floats, or it stays in the thread under a number. */
export type Wanted = ({ floats: Float32Array } | { keep: number }) & { dims: number[] };

export type WorkerRequest =
  | {
      kind: 'open';
      id: number;
      session: number;
      /** An ONNX file, or its bytes. */
      file: string | Uint8Array;
      device: SessionDevice;
      threads: number;
      fixed?: { width: number; height: number };
      /** For large runs of one shape that take turns with another session's: half the memory, and no waiting threads. */
      lean?: boolean;
      /** No other session takes turns with it: its threads may stay awake between runs. */
      alone?: boolean;
      /** Gives memory back after every run, which then takes longer. */
      thrifty?: boolean;
      /** Of one shape, run thousands of times: a plan of all memory is worth its making. */
      planned?: boolean;
      /** For the shape in `fixed`: those that are wanted. What others need may go. */
      outputs?: readonly string[];
      /** Of the network, for the shape in `fixed`; answered with `lacking` where there is none. */
      part?: Part;
    }
  | {
      kind: 'run';
      id: number;
      session: number;
      input: Float32Array;
      dims: number[];
      /** Given to a network that takes any; left out: it measures for itself. */
      statistics?: Float32Array | undefined;
      /** Where the output goes; its length is the output's. */
      output: Float32Array;
    }
  | {
      kind: 'infer';
      id: number;
      session: number;
      feeds: Record<string, { data: Float32Array; dims: number[] }>;
    }
  | {
      kind: 'compute';
      id: number;
      session: number;
      feeds: Record<string, Fed>;
      wanted: Record<string, Wanted>;
    }
  /** Keeps a copy of floats in the thread under a number. */
  | { kind: 'keep'; id: number; number: number; floats: Float32Array; dims: number[] }
  /** Copies a kept tensor into shared floats. */
  | { kind: 'fetch'; id: number; number: number; floats: Float32Array }
  | { kind: 'drop'; id: number; numbers: number[] }
  | { kind: 'close'; id: number; session: number };

export type WorkerReply =
  | {
      kind: 'opened';
      id: number;
      inputs: string[];
      outputs: string[];
      /** Sizes of the outputs that have the same at every run. */
      sizes: Record<string, number[]>;
    }
  | { kind: 'lacking'; id: number }
  | { kind: 'ran'; id: number; milliseconds: number; dims: number[] }
  | { kind: 'inferred'; id: number; outputs: Record<string, { data: Float32Array; dims: number[] }> }
  | { kind: 'computed'; id: number; milliseconds: number }
  | { kind: 'done'; id: number }
  | { kind: 'failed'; id: number; message: string };
