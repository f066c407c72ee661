import { cancelled, GessoError } from '../../contract/errors.ts';
import { type FromEngine, type Port, toEngine } from './protocol/messages.ts';
import {
  ENGINE_METHODS,
  type EngineMethod,
  type Event,
  type Params,
  type Result,
} from './protocol/methods.ts';

/** What a method gets besides its parameters. */
interface CallContext<M extends EngineMethod> {
  signal: AbortSignal;
  /** Throws job/cancelled once the call was cancelled; called between tiles. */
  checkpoint(): void;
  emit(event: Event<M>): void;
}

export type Handlers = {
  [M in EngineMethod]: (params: Params<M>, context: CallContext<M>) => Answer<Result<M>>;
};
// A method without a result may be a function that returns nothing.
type Answer<R> = R extends undefined ? Promise<void> : Promise<R>;

/** The engine's end of the port: parses each call, runs its handler, answers exactly once. */
export function serve(port: Port<FromEngine>, handlers: Handlers, memory: () => number): void {
  const running = new Map<number, AbortController>();

  const answer = async (id: number, method: string, rawParams: unknown) => {
    const abort = new AbortController();
    running.set(id, abort);
    try {
      if (!(method in ENGINE_METHODS)) throw new Error(`the engine has no method ${method}`);
      const name = method as EngineMethod;
      const params = ENGINE_METHODS[name].params.parse(rawParams);
      const context: CallContext<EngineMethod> = {
        signal: abort.signal,
        checkpoint: () => {
          if (abort.signal.aborted) throw cancelled('The work');
        },
        emit: (event) => port.send({ kind: 'event', id, event }),
      };
      const handler = handlers[name] as (p: unknown, c: CallContext<EngineMethod>) => Promise<unknown>;
      const value = await handler(params, context);
      port.send({ kind: 'result', id, value, rssAnon: memory() });
    } catch (thrown) {
      const error = GessoError.from(thrown);
      if (error.code === 'internal/bug') console.error(thrown);
      port.send({ kind: 'error', id, error: error.toRecord(), rssAnon: memory() });
    } finally {
      running.delete(id);
    }
  };

  port.onMessage((raw) => {
    const message = toEngine.parse(raw);
    if (message.kind === 'cancel') running.get(message.id)?.abort();
    else void answer(message.id, message.method, message.params);
  });
}
