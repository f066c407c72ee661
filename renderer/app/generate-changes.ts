import type { GenerateSettings, PageLatent, PageRule, PageWords } from '../../contract/generate-settings.ts';
import type { MadeProgress, MadeView } from '../../contract/made.ts';
import { getState, type StudioState, setState } from './store.ts';

/** What the user changes is what the canvas shows next. */
const SHOWN = { shownMade: undefined, besideMade: undefined } as const;

export function changeGenerate(patch: Partial<GenerateSettings>): void {
  setState(({ generate }) => ({ generate: { ...generate, ...patch } }));
}

export function changeWords(patch: Partial<PageWords>): void {
  const { diffusion } = getState().generate;
  changeGenerate({ diffusion: { ...diffusion, ...patch } });
}

/** Another pattern is to be seen at once. */
export function changeRule(patch: Partial<PageRule>): void {
  const { rule } = getState().generate;
  changeGenerate({ rule: { ...rule, ...patch } });
  setState({ ...SHOWN, generateView: 'canvas' });
}

/** Another picture of the space is to be seen at once. */
export function changeLatent(patch: Partial<PageLatent>): void {
  const { latent } = getState().generate;
  changeGenerate({ latent: { ...latent, ...patch } });
  setState({ ...SHOWN, generateView: 'canvas' });
}

export function changeLatentMore(patch: Partial<GenerateSettings['latentMore']>): void {
  const { latentMore } = getState().generate;
  changeGenerate({ latentMore: { ...latentMore, ...patch } });
}

export function changeMadeOutput(patch: Partial<GenerateSettings['output']>): void {
  const { output } = getState().generate;
  changeGenerate({ output: { ...output, ...patch } });
}

/** Goes over to another way of making pictures. */
export function chooseKind(kind: GenerateSettings['kind']): void {
  changeGenerate({ kind });
  setState({ ...SHOWN, generateView: 'canvas' });
}

/** Puts a made picture on the canvas. */
export function showMade(id: string): void {
  setState(({ generateView }) => ({
    shownMade: id,
    besideMade: undefined,
    // In the grid one looks around; a table is left for its picture.
    generateView: generateView === 'grid' ? 'grid' : 'canvas',
  }));
}

export function shownMade({ made, shownMade: id }: Pick<StudioState, 'made' | 'shownMade'>) {
  return id === undefined ? undefined : made.find((each) => each.id === id);
}

/** Takes in what main says of made pictures; new ones stand first. */
export function takeMade(changed: readonly MadeView[], removed: readonly string[]): void {
  setState((state) => {
    const gone = new Set(removed);
    const news = new Map(changed.map((view) => [view.id, view]));
    const kept = state.made.filter(({ id }) => !gone.has(id)).map((view) => news.get(view.id) ?? view);
    const known = new Set(state.made.map(({ id }) => id));
    const added = changed.filter(({ id }) => !known.has(id)).toReversed();
    const madeProgress = { ...state.madeProgress };
    for (const { id, status } of changed) if (status !== 'running') delete madeProgress[id];
    const isThere = (id: string | undefined) => id !== undefined && !gone.has(id);
    return {
      made: [...added, ...kept],
      madeProgress,
      shownMade: isThere(state.shownMade) ? state.shownMade : undefined,
      besideMade: isThere(state.besideMade) ? state.besideMade : undefined,
    };
  });
}

/** What is told of a picture that is done already is too late. */
export function takeMadeProgress(all: readonly MadeProgress[]): void {
  setState(({ made, madeProgress }) => {
    const running = new Set(made.filter(({ status }) => status === 'running').map(({ id }) => id));
    const news = all.filter(({ id }) => running.has(id)).map((each) => [each.id, each] as const);
    return { madeProgress: { ...madeProgress, ...Object.fromEntries(news) } };
  });
}
