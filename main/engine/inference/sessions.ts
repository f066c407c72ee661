import { Worker } from 'node:worker_threads';
import { GessoError } from '../../../contract/errors.ts';
import type { Part } from '../../../models/library/variants.ts';
import type { Fed, SessionDevice, Wanted, WorkerReply, WorkerRequest } from './worker-protocol.ts';

/** A tensor as it crosses the thread: NCHW float32. */
export interface NamedTensor {
  data: Float32Array;
  dims: number[];
}

export interface Slot {
  input: Float32Array;
  output: Float32Array;
}

export interface OpenOptions {
  file: string;
  device: SessionDevice;
  threads: number;
  /** Compiles for one tile shape; needed on GPUs, where every new shape costs a recompile. */
  fixed?: { width: number; height: number };
  /** For large runs of any shape: without a plan of all memory, and without threads that spin between runs. */
  lean?: boolean;
}

/** A session for its opener alone, who forgets it. */
export interface HoldOptions extends Omit<OpenOptions, 'file'> {
  /** An ONNX file, or the bytes of one. */
  file: string | Uint8Array;
  /** No other session takes turns with it: its threads may stay awake between runs. */
  alone?: boolean;
  /** Gives memory back after every run, which then takes longer. */
  thrifty?: boolean;
  /** Of one shape, run thousands of times: a plan of all memory is worth its making. */
  planned?: boolean;
  /** For the shape in `fixed`: those that are wanted. What others need may go. */
  outputs?: readonly string[];
  /** Of the network, for the shape in `fixed` on the processor. */
  part?: Part;
}

/** Sessions that stay open between pictures; a batch seldom uses more than a chain of two. */
const KEPT_SESSIONS = 2;

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** The engine's side of the session thread: opens models, keeps the latest, runs tiles in order. */
export class SessionThread {
  readonly #worker: Worker;
  readonly #pending = new Map<number, { resolve(r: WorkerReply): void; reject(e: Error): void }>();
  readonly #open = new Map<string, Promise<ModelSession>>();
  /** Numbers of the sessions that are open in the thread. */
  readonly #alive = new Set<number>();
  #nextId = 1;
  #nextSession = 1;
  #nextTensor = 1;
  #dead: Error | undefined;

  constructor(entry: URL) {
    this.#worker = new Worker(entry);
    this.#worker.on('message', (reply: WorkerReply) => this.#settle(reply));
    const die = (cause: unknown) => this.#die(cause);
    this.#worker.on('error', die);
    this.#worker.on('exit', die);
  }

  /** Opens a model, or returns the session that is open already. */
  async open(options: OpenOptions): Promise<ModelSession> {
    const { file, device, threads, fixed, lean = false } = options;
    const key = JSON.stringify([file, device, threads, fixed ?? null, lean]);
    const known = this.#open.get(key);
    if (known) {
      this.#open.delete(key);
      this.#open.set(key, known);
      return known;
    }
    const opening = this.#openNew(options).then(
      (session) => {
        if (!session) throw new Error('unexpected reply');
        return session;
      },
      (cause) => {
        // Here, because whoever waits for the same session has to hear the same.
        this.#open.delete(key);
        throw cause;
      },
    );
    this.#open.set(key, opening);
    const opened = await opening;
    await this.#closeOldest();
    return opened;
  }

  /**
   * Opens a session that nobody else gets and that stays open until it is forgotten, however many others are opened.
   * @returns undefined where the model cannot be had in such parts
   */
  hold(options: HoldOptions): Promise<ModelSession | undefined> {
    return this.#openNew({ ...options, lean: true });
  }

  async #openNew(options: HoldOptions): Promise<ModelSession | undefined> {
    const session = this.#nextSession++;
    const { device } = options;
    try {
      const reply = await this.request({ kind: 'open', session, ...options });
      if (reply.kind === 'lacking') return undefined;
      if (reply.kind !== 'opened') throw new Error('unexpected reply');
      this.#alive.add(session);
      return new ModelSession(this, session, device, reply.inputs, reply.outputs, reply.sizes);
    } catch (cause) {
      throw sessionError(cause, device, true);
    }
  }

  /** Closes a session and so frees its arena, which ONNX Runtime never gives back while the session lives. */
  async forget(session: ModelSession): Promise<void> {
    for (const [key, opening] of this.#open)
      if ((await opening.catch(() => undefined)) === session) this.#open.delete(key);
    await this.#close(session);
  }

  /** Keeps a copy of a tensor in the thread. @returns the number that it is fed by, until it is dropped */
  async keep(floats: Float32Array, dims: number[]): Promise<number> {
    const number = this.number();
    await this.request({ kind: 'keep', number, floats, dims });
    return number;
  }

  /** A copy of a kept tensor. @param count its floats */
  async fetch(number: number, count: number): Promise<Float32Array> {
    const floats = new Float32Array(new SharedArrayBuffer(4 * count));
    await this.request({ kind: 'fetch', number, floats });
    return floats;
  }

  /** A number that no tensor in the thread has. */
  number(): number {
    return this.#nextTensor++;
  }

  /** Lets kept tensors go. */
  async drop(numbers: number[]): Promise<void> {
    await this.request({ kind: 'drop', numbers });
  }

  /** Stops the thread. A run in progress ends first: ONNX Runtime cannot be interrupted. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  request(request: WithoutId<WorkerRequest>): Promise<WorkerReply> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id });
    });
  }

  async #closeOldest(): Promise<void> {
    for (const [key, opening] of this.#open) {
      if (this.#open.size <= KEPT_SESSIONS) return;
      this.#open.delete(key);
      await this.#close(await opening);
    }
  }

  async #close({ number }: ModelSession): Promise<void> {
    if (this.#alive.delete(number)) await this.request({ kind: 'close', session: number });
  }

  #settle(reply: WorkerReply): void {
    const waiting = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if (reply.kind === 'failed') waiting?.reject(new Error(reply.message));
    else waiting?.resolve(reply);
  }

  #die(cause: unknown): void {
    this.#dead ??= cause instanceof Error ? cause : new Error(`the session thread ended (${String(cause)})`);
    for (const waiting of this.#pending.values()) waiting.reject(this.#dead);
    this.#pending.clear();
  }
}

/** One open model. Tiles run through two slots, so that the next is filled while one runs. */
export class ModelSession {
  #free: { key: string; slots: [Slot, Slot] } | undefined;

  constructor(
    private readonly thread: SessionThread,
    readonly number: number,
    readonly device: SessionDevice,
    readonly inputs: string[],
    readonly outputs: string[],
    /** Of the outputs that are of the same size at every run. */
    readonly sizes: Readonly<Record<string, number[]>>,
  ) {}

  /**
   * Two slots for tiles of this many floats, for one user until they are given back; those of the last shape are used
   * again.
   */
  takeSlots(inputFloats: number, outputFloats: number): [Slot, Slot] {
    const free = this.#free;
    this.#free = undefined;
    if (free?.key === keyOf(inputFloats, outputFloats)) return free.slots;
    const floats = (count: number) => new Float32Array(new SharedArrayBuffer(count * 4));
    const slot = () => ({ input: floats(inputFloats), output: floats(outputFloats) });
    return [slot(), slot()];
  }

  giveBack(slots: [Slot, Slot]): void {
    this.#free = { key: keyOf(slots[0].input.length, slots[0].output.length), slots };
  }

  /**
   * Runs slot.input (NCHW `dims`) into slot.output.
   * @param statistics given to a network that takes them; left out: it measures for itself
   * @returns milliseconds inside ONNX Runtime
   */
  async run(slot: Slot, dims: number[], statistics?: Float32Array): Promise<number> {
    try {
      const reply = await this.thread.request({
        kind: 'run',
        session: this.number,
        input: slot.input,
        dims,
        output: slot.output,
        statistics,
      });
      if (reply.kind !== 'ran') throw new Error('unexpected reply');
      return reply.milliseconds;
    } catch (cause) {
      throw sessionError(cause, this.device, false);
    }
  }

  /**
   * Runs named inputs into named outputs, each in shared memory or in tensors kept in the thread.
   * @returns milliseconds inside ONNX Runtime
   */
  async compute(feeds: Record<string, Fed>, wanted: Record<string, Wanted>): Promise<number> {
    try {
      const reply = await this.thread.request({ kind: 'compute', session: this.number, feeds, wanted });
      if (reply.kind !== 'computed') throw new Error('unexpected reply');
      return reply.milliseconds;
    } catch (cause) {
      throw sessionError(cause, this.device, false);
    }
  }

  /** Runs any inputs to any outputs: checks of freshly converted models, `gesso models run`. */
  async infer(feeds: Record<string, NamedTensor>): Promise<Record<string, NamedTensor>> {
    const reply = await this.thread.request({ kind: 'infer', session: this.number, feeds });
    if (reply.kind !== 'inferred') throw new Error('unexpected reply');
    return reply.outputs;
  }
}

function keyOf(inputFloats: number, outputFloats: number): string {
  return `${inputFloats}/${outputFloats}`;
}

/** The last clause of ONNX Runtime's text: before it stand source paths and C++ names. */
function reason(text: string): string {
  const last =
    text
      .trim()
      .split(/ was false\. | : |Stream\*\) |initialization: /)
      .at(-1) ?? text;
  return last.trim().replace(/\.$/, '');
}

/** What ONNX Runtime says when memory or the device is gone; its errors carry no code. */
function sessionError(cause: unknown, device: SessionDevice, isOpening: boolean): GessoError {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (
    /bad_alloc|out of memory|failed to allocate|allocat.*fail|E_OUTOFMEMORY|device.*(lost|removed|hung)/i.test(
      text,
    )
  )
    return new GessoError(
      'device/out-of-memory',
      `The ${device} device ran out of memory: ${reason(text)}.`,
      'Close other programs, choose a smaller --tile, or use --device cpu.',
      cause,
    );
  if (isOpening && device !== 'cpu')
    return new GessoError(
      'device/unavailable',
      `The model could not be started on ${device}: ${reason(text)}.`,
      'Use --device cpu, or update the graphics driver.',
      cause,
    );
  return new GessoError(
    'model/broken',
    `The model does not run: ${text}`,
    'Remove it and install it again.',
    cause,
  );
}
