import { cancelled, GessoError } from '../../../contract/errors.ts';
import { fromEngine, type ToEngine } from '../protocol/messages.ts';
import {
  ENGINE_METHODS,
  type EngineMethod,
  type Event,
  type Params,
  type Result,
} from '../protocol/methods.ts';

/** A running engine as the host sees it; `child_process.fork` makes one, tests join one in memory. */
export interface EngineProcess {
  readonly pid: number | undefined;
  send(message: ToEngine): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: (reason: string) => void): void;
  kill(): void;
}

export interface EngineHostOptions {
  /** Starts an engine; called lazily, and again after a crash or a recycle. */
  launch(): EngineProcess;
  /** A call that was cancelled may take this long before the engine is ended; milliseconds. */
  cancelGrace?: number;
  /**
   * Anonymous memory beyond which an idle engine is replaced, bytes, unless its first answer already took half as
   * much (a large model): releasing ONNX sessions leaks in the native library, so a long batch would grow.
   */
  recycleAbove?: number;
  /** An engine without work for so long is ended, milliseconds; left out: it stays. */
  idleAfter?: number;
  /** An engine ended that nobody had ended. */
  onDied?(reason: string): void;
}

export interface CallOptions<M extends EngineMethod> {
  signal?: AbortSignal;
  onEvent?(event: Event<M>): void;
}

interface Pending {
  method: EngineMethod;
  resolve(value: unknown): void;
  reject(error: GessoError): void;
  onEvent: ((event: unknown) => void) | undefined;
  wasCancelled: boolean;
}

/**
 * Owns one engine process: starts it when first needed, matches answers to calls, ends it when a cancel is not heard
 * in time, replaces it when it died or grew. When it dies, all that was pending is rejected with engine/crashed.
 */
export class EngineHost {
  #engine: EngineProcess | undefined;
  #nextId = 1;
  #pending = new Map<number, Pending>();
  #isClosed = false;
  #lastRssAnon = 0;
  #firstRssAnon = 0;
  #isStale = false;
  #idle: NodeJS.Timeout | undefined;

  constructor(private readonly options: EngineHostOptions) {}

  /** The process id of the engine that runs now, for tests that kill it. */
  get pid(): number | undefined {
    return this.#engine?.pid;
  }

  /** Anonymous memory that the engine reported with its last answer, bytes. */
  get rssAnon(): number {
    return this.#lastRssAnon;
  }

  async call<M extends EngineMethod>(
    method: M,
    params: Params<M>,
    { signal, onEvent }: CallOptions<M> = {},
  ): Promise<Result<M>> {
    if (this.#isClosed) throw new GessoError('engine/crashed', 'The engine is closed.', 'Start Gesso again.');
    if (signal?.aborted) throw cancelled('The work');
    clearTimeout(this.#idle);
    this.#engine ??= this.#start();
    const engine = this.#engine;
    const id = this.#nextId++;
    let grace: NodeJS.Timeout | undefined;
    const onAbort = () => {
      const pending = this.#pending.get(id);
      if (!pending) return;
      pending.wasCancelled = true;
      engine.send({ kind: 'cancel', id });
      grace = setTimeout(() => engine.kill(), this.options.cancelGrace ?? 2000);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise<Result<M>>((resolve, reject) => {
        this.#pending.set(id, {
          method,
          resolve: resolve as (value: unknown) => void,
          reject,
          onEvent: onEvent as ((event: unknown) => void) | undefined,
          wasCancelled: false,
        });
        engine.send({ kind: 'call', id, method, params });
      });
    } finally {
      clearTimeout(grace);
      signal?.removeEventListener('abort', onAbort);
      this.#recycle();
      this.#endIfIdle();
    }
  }

  /** Has the next call start a new engine, with what `launch` now gives it; what is in hand is finished first. */
  renew(): void {
    this.#isStale = true;
    this.#recycle();
  }

  /** Ends the engine; calls in progress are rejected. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    this.#engine?.kill();
    this.#lose('it was closed');
  }

  #start(): EngineProcess {
    this.#isStale = false;
    const engine = this.options.launch();
    engine.onMessage((raw) => this.#receive(raw));
    engine.onExit((reason) => {
      if (this.#engine !== engine) return;
      this.options.onDied?.(reason);
      this.#lose(reason);
    });
    return engine;
  }

  #receive(raw: unknown): void {
    const message = fromEngine.parse(raw);
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    if (message.kind === 'event') {
      pending.onEvent?.(ENGINE_METHODS[pending.method].event.parse(message.event));
      return;
    }
    this.#pending.delete(message.id);
    this.#lastRssAnon = message.rssAnon;
    this.#firstRssAnon ||= message.rssAnon;
    if (message.kind === 'error') {
      pending.reject(GessoError.fromRecord(message.error));
      return;
    }
    // An answer that is not what was promised is a bug of this one call, and no reason to end the program.
    const answer = ENGINE_METHODS[pending.method].result.safeParse(message.value);
    if (answer.success) pending.resolve(answer.data);
    else pending.reject(GessoError.from(answer.error));
  }

  #lose(reason: string): void {
    this.#engine = undefined;
    this.#forgetMemory();
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of lost) {
      pending.reject(
        pending.wasCancelled
          ? cancelled('The work')
          : new GessoError(
              'engine/crashed',
              `The engine stopped unexpectedly (${reason}).`,
              'Close other programs, or choose a smaller --tile. If only this picture does it, report it with the log.',
            ),
      );
    }
  }

  #forgetMemory(): void {
    this.#lastRssAnon = 0;
    this.#firstRssAnon = 0;
  }

  /** Ends an idle engine that has grown, or that is to be another. */
  #recycle(): void {
    const limit = Math.max(this.options.recycleAbove ?? 1.2e9, 2 * this.#firstRssAnon);
    const isDue = this.#isStale || this.#lastRssAnon > limit;
    if (this.#pending.size === 0 && isDue) this.#replace();
  }

  #endIfIdle(): void {
    const { idleAfter } = this.options;
    if (idleAfter === undefined || this.#pending.size > 0 || this.#isClosed) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#replace(), idleAfter);
    this.#idle.unref();
  }

  /** Ends an engine that has nothing to do; the next call starts another. */
  #replace(): void {
    const engine = this.#engine;
    this.#engine = undefined;
    this.#forgetMemory();
    engine?.kill();
  }
}
