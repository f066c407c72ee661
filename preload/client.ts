import type { Call, Outcome } from '../contract/bridge.ts';
import {
  type Args,
  CHANNELS,
  type Channel,
  EVENTS,
  type EventName,
  type Payload,
  type Port,
  type Reply,
  type ToMain,
  toPage,
} from '../contract/channels.ts';
import { GessoError } from '../contract/errors.ts';

export interface Client {
  call<C extends Channel>(channel: C, args: Args<C>): Call<Reply<C>>;
  /** Hears an event until the returned function is called. */
  on<E extends EventName>(event: E, listener: (payload: Payload<E>) => void): () => void;
}

interface Pending {
  channel: Channel;
  settle(outcome: Outcome<unknown>): void;
}

/** The page's end of the line, behind the bridge: every result and event is parsed before the page sees it. */
export function makeClient(port: Port<ToMain>): Client {
  let lastId = 0;
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Set<(payload: never) => void>>();

  port.onMessage((raw) => {
    const parsed = toPage.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    if (message.kind === 'event') {
      if (!Object.hasOwn(EVENTS, message.event)) return;
      const payload = EVENTS[message.event as EventName].safeParse(message.payload);
      if (!payload.success) return;
      for (const listener of listeners.get(message.event) ?? []) listener(payload.data as never);
      return;
    }
    const call = pending.get(message.id);
    if (!call) return;
    pending.delete(message.id);
    if (message.kind === 'error') call.settle({ ok: false, error: message.error });
    else call.settle(parsedResult(call.channel, message.value));
  });

  return {
    call<C extends Channel>(channel: C, args: Args<C>): Call<Reply<C>> {
      const id = ++lastId;
      const outcome = new Promise<Outcome<unknown>>((settle) => {
        pending.set(id, { channel, settle });
        port.send({ kind: 'call', id, channel, args });
      });
      return {
        outcome: outcome as Promise<Outcome<Reply<C>>>,
        cancel() {
          if (pending.has(id)) port.send({ kind: 'cancel', id });
        },
      };
    },
    on(event, listener) {
      const heard = listeners.get(event) ?? new Set();
      listeners.set(event, heard.add(listener as (payload: never) => void));
      return () => heard.delete(listener as (payload: never) => void);
    },
  };
}

function parsedResult(channel: Channel, value: unknown): Outcome<unknown> {
  const result = CHANNELS[channel].result.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, error: GessoError.from(new Error(`${channel}: ${result.error.message}`)).toRecord() };
}
