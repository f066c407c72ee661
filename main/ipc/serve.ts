import { z } from 'zod';
import {
  type Args,
  CHANNELS,
  type Channel,
  type EventName,
  type ParsedArgs,
  type Payload,
  type Port,
  type Reply,
  type ToPage,
  toMain,
} from '../../contract/channels.ts';
import { cancelled, type ErrorRecord, expected, GessoError } from '../../contract/errors.ts';

/** `signal` aborts when the page cancels the call or goes away. */
export type ChannelHandlers = {
  [C in Channel]: (args: ParsedArgs<C>, signal: AbortSignal) => Answer<Reply<C>>;
};
// A channel without a result may be handled by a function that returns nothing.
type Answer<R> = Promise<R> | R | (R extends undefined ? Promise<void> | void : never);

export interface Served {
  emit<E extends EventName>(event: E, payload: Payload<E>): void;
  /** Cancels what is running; nothing is sent afterwards. */
  close(): void;
}

/**
 * Main's end of the line: every message is parsed, every call is answered exactly once, with its result or with a
 * record of what went wrong. What is not a message at all is dropped and told to `onProblem`.
 */
export function servePage(
  port: Port<ToPage>,
  handlers: ChannelHandlers,
  onProblem: (problem: unknown) => void,
): Served {
  const running = new Map<number, AbortController>();
  let isClosed = false;
  const send = (message: ToPage) => {
    if (!isClosed) port.send(message);
  };

  const answer = async (id: number, channel: string, args: unknown) => {
    const abort = new AbortController();
    running.set(id, abort);
    try {
      const value = await call(handlers, channel, args, abort.signal);
      if (abort.signal.aborted) throw cancelled('This');
      send({ kind: 'result', id, value });
    } catch (thrown) {
      // Whatever a cancelled handler fell over is not worth a word.
      const error = abort.signal.aborted ? cancelled('This') : GessoError.from(thrown);
      if (error.code === 'internal/bug') onProblem(thrown);
      send({ kind: 'error', id, error: error.toRecord() });
    } finally {
      running.delete(id);
    }
  };

  port.onMessage((raw) => {
    if (isClosed) return;
    const message = toMain.safeParse(raw);
    if (!message.success) onProblem(new Error(`Not a message: ${z.prettifyError(message.error)}`));
    else if (message.data.kind === 'cancel') running.get(message.data.id)?.abort();
    else if (running.has(message.data.id))
      onProblem(new Error(`The id ${message.data.id} is taken by a call that still runs.`));
    else void answer(message.data.id, message.data.channel, message.data.args);
  });

  return {
    emit: (event, payload) => send({ kind: 'event', event, payload }),
    close() {
      isClosed = true;
      for (const abort of running.values()) abort.abort();
    },
  };
}

function call(
  handlers: ChannelHandlers,
  channel: string,
  args: unknown,
  signal: AbortSignal,
): Promise<unknown> | unknown {
  if (!Object.hasOwn(CHANNELS, channel)) throw malformed(expected('a channel', 'the call', channel));
  const name = channel as Channel;
  const parsed = CHANNELS[name].args.safeParse(args);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw malformed(`${name}: ${issue?.path.join('.') || 'the arguments'}: ${issue?.message ?? 'invalid'}`);
  }
  const handler = handlers[name] as (args: Args<Channel>, signal: AbortSignal) => unknown;
  return handler(parsed.data as Args<Channel>, signal);
}

function malformed(what: string): GessoError {
  return new GessoError('usage/invalid', what, 'This is a mistake in Gesso itself; please report it.');
}

/** A thrown value in the form that crosses to the page. */
export function toRecord(thrown: unknown): ErrorRecord {
  return GessoError.from(thrown).toRecord();
}
