import type { Bridge, Outcome } from '../../contract/bridge.ts';
import { GessoError } from '../../contract/errors.ts';
import { setState } from './store.ts';

declare global {
  interface Window {
    /** Exposed by the preload. */
    readonly gesso: Bridge;
  }
}

export const bridge = window.gesso;

/** The value of a call. @throws GessoError as main said it */
export async function value<R>(call: Promise<Outcome<R>>): Promise<R> {
  const outcome = await call;
  if (outcome.ok) return outcome.value;
  throw GessoError.fromRecord(outcome.error);
}

/** The value of a call whose failure is shown as a notice; undefined then. Cancelled never alerts. */
export async function attempt<R>(call: Promise<Outcome<R>>): Promise<R | undefined> {
  const outcome = await call;
  if (outcome.ok) return outcome.value;
  if (outcome.error.code !== 'job/cancelled') setState({ notice: outcome.error });
  return undefined;
}
