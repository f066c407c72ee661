import { attempt, bridge } from '../app/bridge.ts';
import { getState, setState } from '../app/store.ts';

/** Fetches models one after the other, with the progress in the state; those that are on their way stay there. */
export function installModels(ids: readonly string[]): void {
  const { installing, toInstall } = getState();
  const news = ids.filter((id) => id !== installing?.id && !toInstall.includes(id));
  setState({ toInstall: [...toInstall, ...news] });
  if (!installing) void installNext();
}

async function installNext(): Promise<void> {
  const [id, ...rest] = getState().toInstall;
  if (id === undefined) return;
  const call = bridge.installModels({ ids: [id] });
  setState({
    toInstall: rest,
    installing: { id, phase: 'fetch', fraction: 0, cancel: call.cancel },
  });
  await attempt(call.outcome);
  setState({ installing: undefined });
  await installNext();
}

/** One that waits for its turn is not fetched. */
export function leaveOut(id: string): void {
  setState(({ toInstall }) => ({ toInstall: toInstall.filter((each) => each !== id) }));
}

/** Holds the installation in hand, and those behind it: what was fetched is gone on from. */
export function pauseInstalling(): void {
  setState({ toInstall: [] });
  getState().installing?.cancel();
}

/** Takes a damaged model away and fetches it anew. */
export async function reinstall(id: string): Promise<void> {
  const removed = await bridge.removeModel({ id });
  if (!removed.ok) {
    setState({ notice: removed.error });
    return;
  }
  setState(({ verified }) => ({ verified: { ...verified, [id]: undefined } }));
  installModels([id]);
}

/** Looks whether every installed model is what was installed, and runs. */
export async function verifyModels(): Promise<void> {
  if (getState().isVerifying) return;
  setState({ isVerifying: true, verified: {} });
  const found = await attempt(bridge.verifyModels({}));
  setState({
    isVerifying: false,
    verified: Object.fromEntries((found ?? []).map(({ id, problem }) => [id, { problem }])),
  });
}
