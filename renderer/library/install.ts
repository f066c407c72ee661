import type { Call } from '../../contract/bridge.ts';
import type { Reply } from '../../contract/channels.ts';
import { DEFAULT_INTERPOLATION, isOfRestore } from '../../contract/tasks.ts';
import type { ModelView } from '../../contract/views.ts';
import { attempt, bridge } from '../app/bridge.ts';
import { changeStep, getState, goTo, setState } from '../app/store.ts';
import { chooseFamily } from '../studios/restore/choose-family.ts';

/** Whether its licence is told before it is fetched. */
export function asksFirst({ nonCommercial, licence, installed }: ModelView): boolean {
  return !installed && (nonCommercial === true || licence === 'unknown');
}

/** Fetches models; where a licence has to be told, asks first, once for each model as long as the window is open. */
export function installModels(ids: readonly string[]): void {
  const { models, agreed } = getState();
  const wanted = models.filter(({ id }) => ids.includes(id));
  if (wanted.some((model) => asksFirst(model) && !agreed.includes(model.id))) setState({ asking: ids });
  else fetchModels(ids);
}

/** The user has read the licences of the models that were asked about, and wants them or not. */
export function answerAsking(isWanted: boolean): void {
  const { asking, agreed } = getState();
  setState({ asking: [], agreed: isWanted ? [...new Set([...agreed, ...asking])] : agreed });
  if (isWanted) fetchModels(asking);
}

/** Fetches models one after the other, with the progress in the state; those that are on their way stay there. */
function fetchModels(ids: readonly string[]): void {
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

/** Asks for a model file and takes it in. */
export function importModel(): Promise<void> {
  return takeIn(() => bridge.importModel());
}

/** Takes in model files that were dropped, where their progress is seen. */
export function importDropped(files: readonly File[]): Promise<void> {
  setState({ panel: 'models' });
  return takeIn(() => bridge.importDropped(files));
}

/** Imports, one call at a time; the last model that came of it is chosen. */
async function takeIn(begin: () => Call<Reply<'models.import'>>): Promise<void> {
  if (getState().importing) return;
  const { outcome, cancel } = begin();
  setState({ importing: { fraction: 0, cancel }, imported: undefined });
  const made = await attempt(outcome);
  setState({ importing: undefined });
  if (!made) return;
  const last = made.at(-1);
  const model = last && getState().models.find(({ id }) => id === last.id);
  if (!last || !model) return;
  const notes = [...new Set(made.flatMap((each) => each.notes))];
  setState({ imported: { name: model.name, isNew: last.isNew, notes } });
  takeModel(model);
}

/** Makes it the model of the studio that has a use for it, and goes there. */
export function takeModel({ id, task, family }: ModelView): void {
  if (task === 'interpolate') {
    goTo('interpolate');
    changeStep({ model: id === DEFAULT_INTERPOLATION ? undefined : id });
  } else if (task === 'style') goTo('style');
  else if (isOfRestore(task)) {
    goTo('restore');
    chooseFamily(family);
  }
}
