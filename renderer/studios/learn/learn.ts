import { OF_KINDS, WANTED_BY } from '../../../contract/learn-kinds.ts';
import type { LearnUse } from '../../../contract/learn-use.ts';
import type { LearntView } from '../../../contract/learn-views.ts';
import { attempt, bridge } from '../../app/bridge.ts';
import { changeGenerate, changeLatent } from '../../app/generate-changes.ts';
import { show, shownLearnt, shownTraining } from '../../app/learn-changes.ts';
import { getState, goTo, type StudioState, select, setState } from '../../app/store.ts';
import { lengthOf } from './reasons.ts';

/** Learns what the inspector says; the training is what the room shows. */
export async function learn(state: StudioState): Promise<void> {
  const { learn: asked, learnName, learnFolder, learnMask, toLearn } = state;
  if (!toLearn) return;
  const { kind, size, earlyStop, seed, angle } = asked;
  const name = learnName.trim();
  const started = await attempt(
    bridge.startLearning({
      ...{ kind, source: toLearn.id, length: lengthOf(asked), earlyStop, seed },
      ...(kind !== 'denoise' && kind !== 'words' && { size }),
      ...(kind === 'nerf' && angle !== undefined && { angle }),
      ...(kind === 'denoise' && learnMask && { mask: learnMask.id }),
      ...(learnFolder && { folder: learnFolder.id }),
      ...(name !== '' && kind !== 'denoise' && { name }),
    }),
  );
  if (!started) return;
  setState({ learnName: '' });
  show({ of: 'training', id: started.id });
}

/** Stops the training that is shown; what it has learnt is kept with it. */
export async function stop(state: StudioState): Promise<void> {
  const training = shownTraining(state);
  if (training) await attempt(bridge.cancelQueue({ job: training.id }));
}

/** Goes on with the training that is shown, or with something learnt: of the same pictures, or of others. */
export async function goOn(state: StudioState): Promise<void> {
  const training = shownTraining(state);
  if (training) {
    await attempt(bridge.retryQueue({ job: training.id }));
    return;
  }
  const thing = shownLearnt(state);
  if (!thing) return;
  const { of } = OF_KINDS[thing.kind];
  const what = of === 'texts' ? 'files' : 'folder';
  const source = await attempt(bridge.chooseToLearn({ what, of }));
  if (!source) return;
  const length = lengthOf({ ...state.learn, kind: thing.kind });
  const { earlyStop } = state.learn;
  const started = await attempt(bridge.goOnLearning({ id: thing.id, source: source.id, length, earlyStop }));
  if (started) show({ of: 'training', id: started.id });
}

/** Explores something learnt on the pad of Generate. */
export function openOnPad({ latent }: LearntView): void {
  if (latent === undefined) return;
  goTo('generate');
  changeGenerate({ kind: 'latent' });
  changeLatent({ model: latent, condition: undefined, picture: 0, pins: undefined });
}

/** Calls something learnt something else. @returns whether that could be done; why not is said */
export async function rename({ id, name }: LearntView, to: string): Promise<boolean> {
  if (to === name) return true;
  const reply = await bridge.renameLearnt({ id, name: to });
  if (!reply.ok) setState({ notice: reply.error });
  return reply.ok;
}

/** Takes what is shown away: a training, or something learnt, which was asked about. */
export async function removeShown(state: StudioState): Promise<void> {
  const training = shownTraining(state);
  const thing = shownLearnt(state);
  setState({ isRemoving: false });
  if (training) await attempt(bridge.forgetTraining({ id: training.id }));
  else if (thing) await attempt(bridge.removeLearnt({ id: thing.id }));
}

/** What a use needs beside what it asks for in the system's dialog. */
export interface AskOptions {
  text?: string;
  count?: number;
  seed?: number;
  seconds?: number;
}

/** Asks for what a use needs, and shows what comes of it. */
export async function ask(thing: LearntView, asked: LearnUse, options: AskOptions = {}): Promise<void> {
  const wanted = WANTED_BY[asked];
  const inputs: string[] = [];
  const wants = wanted === 'folder' ? 1 : typeof wanted === 'object' ? wanted.pictures : 0;
  // One dialog for each picture, so that which is which is plain; two that are chosen at once are two.
  for (let has = 0; has < wants; ) {
    const what = wanted === 'folder' ? 'folder' : 'files';
    const chosen = await attempt(bridge.chooseToLearn({ what, of: 'pictures' }));
    if (!chosen) return;
    inputs.push(chosen.id);
    has += 1 + chosen.others;
  }
  getState().used?.cancel();
  const { seed = 0, ...rest } = options;
  const { learnFolder } = getState();
  const call = bridge.askLearnt({
    id: thing.id,
    use: asked,
    inputs,
    seed,
    ...rest,
    ...(learnFolder && { folder: learnFolder.id }),
  });
  const cancel = () => call.cancel();
  const used = { id: thing.id, use: asked, begun: performance.now(), cancel };
  setState({ used });
  const reply = await attempt(call.outcome);
  // Something else was asked for meanwhile.
  if (getState().used?.cancel !== cancel) return;
  setState({ used: reply && { ...used, reply, cancel() {} } });
}

/** The picture or the file that a use wrote, where one is shown. */
export function shownResult({ studio, used }: StudioState) {
  return studio === 'learn' ? used?.reply?.results[0] : undefined;
}

/** Opens a result where it can be enlarged or played. */
export async function openResult(id: string, studio: 'restore' | 'interpolate'): Promise<void> {
  const opened = await attempt(bridge.openLearnt({ id, studio }));
  if (opened) select(opened.source, studio);
}
