import { z } from 'zod';
import { ERROR_CODES } from '../../../contract/errors.ts';

/**
 * The engine's one port. Call, result, error, event and cancel are different kinds of message and carry the call's
 * id; cancel is never an ordinary call. Parameters, results and events are parsed by ENGINE_METHODS on arrival.
 */
const id = z.number().int().positive();

export const toEngine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('call'), id, method: z.string(), params: z.unknown() }),
  z.object({ kind: z.literal('cancel'), id }),
]);
export type ToEngine = z.infer<typeof toEngine>;

export const fromEngine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('result'), id, value: z.unknown(), rssAnon: z.number() }),
  z.object({
    kind: z.literal('error'),
    id,
    error: z.object({ code: z.enum(ERROR_CODES), message: z.string(), hint: z.string() }),
    rssAnon: z.number(),
  }),
  z.object({ kind: z.literal('event'), id, event: z.unknown() }),
]);
export type FromEngine = z.infer<typeof fromEngine>;

/** One end of a port; the host and the engine each hold one. Tests join two in memory. */
export interface Port<Out> {
  send(message: Out): void;
  onMessage(listener: (message: unknown) => void): void;
}
