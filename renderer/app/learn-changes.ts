import { type LearnSample, OF_KINDS } from '../../contract/learn-kinds.ts';
import type {
  LearnSettings,
  LearnSource,
  LearntView,
  TrainingProgress,
  TrainingView,
  UsedView,
} from '../../contract/learn-views.ts';
import { attempt, bridge } from './bridge.ts';
import type { LearnShown } from './learn-state.ts';
import { getState, type StudioState, setState } from './store.ts';

export function changeLearn(patch: Partial<LearnSettings>): void {
  const { learn } = getState();
  setState({ learn: { ...learn, ...patch } });
  if (patch.kind === undefined || patch.kind === learn.kind) return;
  // Another kind needs another time, and may find other files.
  setState({ learn: { ...getState().learn, minutes: undefined } });
  void count();
}

/** Asks with the system's dialog for what is to be learnt. */
export async function chooseToLearn(what: 'files' | 'folder'): Promise<void> {
  const { of } = OF_KINDS[getState().learn.kind];
  const chosen = await attempt(bridge.chooseToLearn({ what, of }));
  if (chosen) await take(chosen);
}

/** What was dropped is what is to be learnt. */
export async function takeToLearn(files: readonly File[]): Promise<void> {
  const chosen = await attempt(bridge.takeToLearn(files));
  if (chosen) await take(chosen);
}

/** Asks with the system's dialog for a mask of what is repaired. */
export async function chooseLearnMask(): Promise<void> {
  const learnMask = await attempt(bridge.chooseLearnMask());
  if (learnMask) setState({ learnMask });
}

/** What was dropped on its place is the mask. */
export async function takeLearnMask(files: readonly File[]): Promise<void> {
  const learnMask = await attempt(bridge.takeLearnMask(files));
  if (learnMask) setState({ learnMask });
}

/** Takes what Gesso has to try it with; sets of pictures are fetched first. */
export async function sampleToLearn(sample: LearnSample): Promise<void> {
  const call = bridge.sampleToLearn({ sample });
  setState({ fetchingSample: { cancel: () => call.cancel() } });
  const chosen = await attempt(call.outcome);
  setState({ fetchingSample: undefined });
  if (chosen) await take(chosen);
}

async function take(toLearn: LearnSource): Promise<void> {
  show({ of: 'new' });
  setState({ toLearn });
  await count();
}

/** Looks how much there is to learn from. */
async function count(): Promise<void> {
  const { toLearn, learn } = getState();
  setState({ toLearnCount: undefined });
  if (!toLearn) return;
  const toLearnCount = await attempt(bridge.countToLearn({ source: toLearn.id, kind: learn.kind }));
  const now = getState();
  // Something else was chosen meanwhile.
  if (now.toLearn?.id !== toLearn.id || now.learn.kind !== learn.kind) return;
  setState({ toLearnCount: toLearnCount ?? { files: 0 } });
}

/** Shows another training, something learnt, or what can be learnt. */
export function show(learnShown: LearnShown): void {
  const { used } = getState();
  const isSame = learnShown.of === 'learnt' && used?.id === learnShown.id;
  if (!isSame) used?.cancel();
  setState({ learnShown, isRenaming: false, isRemoving: false, ...(!isSame && { used: undefined }) });
}

/** Shows a training by its job, or what it became. */
export function showTraining(id: string): void {
  const { trainings, learnt } = getState();
  show(followed({ of: 'training', id }, trainings, learnt));
}

export function shownTraining({ trainings, learnShown }: StudioState): TrainingView | undefined {
  return learnShown.of === 'training' ? trainings.find(({ id }) => id === learnShown.id) : undefined;
}

export function shownLearnt({ learnt, learnShown }: StudioState): LearntView | undefined {
  return learnShown.of === 'learnt' ? learnt.find(({ id }) => id === learnShown.id) : undefined;
}

/** Trainings that the list shows: what was learnt stands there by itself. */
export function openTrainings(trainings: readonly TrainingView[]): TrainingView[] {
  return trainings.filter(({ status, kind }) => status !== 'done' || kind === 'denoise');
}

/** Takes in what main says of trainings or of what was learnt; what is shown goes on as what it became. */
export function takeLearning(news: Partial<Pick<StudioState, 'trainings' | 'learnt'>>): void {
  setState((state) => {
    const { trainings, learnt, learnShown } = { ...state, ...news };
    return { ...news, learnShown: followed(learnShown, trainings, learnt) };
  });
}

export function followed(
  shown: LearnShown,
  trainings: readonly TrainingView[],
  learnt: readonly LearntView[],
): LearnShown {
  if (shown.of === 'new') return shown;
  if (shown.of === 'learnt') return learnt.some(({ id }) => id === shown.id) ? shown : { of: 'new' };
  const training = trainings.find(({ id }) => id === shown.id);
  if (!training) return { of: 'new' };
  if (training.status !== 'done' || training.kind === 'denoise') return shown;
  const became = learnt.find(({ id }) => id === training.learnt);
  return became ? { of: 'learnt', id: became.id } : shown;
}

/** Takes in how far the use in hand is. */
export function takeUsing({ fraction }: { fraction: number }): void {
  setState(({ used }) => (used && !used.reply ? { used: { ...used, fraction } } : {}));
}

/** What was found on a picture is what the next cleaning fills in. */
export function repair({ source, mask }: NonNullable<UsedView['repair']>): void {
  changeLearn({ kind: 'denoise' });
  setState({ learnMask: mask });
  void take(source);
}

export function takeTrainingProgress(all: readonly TrainingProgress[]): void {
  setState(({ training }) => ({
    training: { ...training, ...Object.fromEntries(all.map((each) => [each.id, each])) },
  }));
}
