import { beforeEach, expect, it, vi } from 'vitest';

const removeSources = vi.fn(async (): Promise<unknown> => ({ ok: true }));
const bringBackSources = vi.fn(async () => ({ ok: true }));
vi.stubGlobal('window', { gesso: { removeSources, bringBackSources } });
const { NO_HISTORY } = await import('./history.ts');
const { changeOutput, changeSettings, DEFAULT_SETTINGS, getState, setState, sortSources } = await import(
  './store.ts'
);
const { closeSources, endStep, holdStep, keepHistory, redo, undo } = await import('./undo.ts');

keepHistory();
beforeEach(() => {
  setState({ settings: DEFAULT_SETTINGS, sort: 'added', sources: [] });
  setState({ history: NO_HISTORY });
  vi.clearAllMocks();
});

const strength = () => getState().settings.strength;

it('undoes and does again what was set, one after the other', async () => {
  changeSettings({ scale: 4 });
  changeOutput({ format: 'png' });
  sortSources('name');
  await undo();
  await undo();
  expect(getState()).toMatchObject({ sort: 'added', settings: { scale: 4, output: { format: 'same' } } });
  await redo();
  await redo();
  expect(getState()).toMatchObject({ sort: 'name', settings: { scale: 4, output: { format: 'png' } } });
  for (let at = 0; at < 3; at++) await undo();
  expect(getState().settings).toEqual(DEFAULT_SETTINGS);
  expect(getState().history.past).toEqual([]);
});

it('takes a drag for one step, and one that ends where it began for none', async () => {
  for (const value of [0.9, 0.8, 0.7]) {
    holdStep();
    changeSettings({ strength: value });
  }
  endStep();
  for (const value of [0.2, 0.7]) {
    holdStep();
    changeSettings({ strength: value });
  }
  endStep();
  await undo();
  expect(strength()).toBe(1);
  expect(getState().history.past).toEqual([]);
  await redo();
  expect(strength()).toBe(0.7);
});

it('ends a drag that is still held when something is undone', async () => {
  holdStep();
  changeSettings({ strength: 0.3 });
  await undo();
  expect(strength()).toBe(1);
});

it('brings pictures back, and takes off again only those that are not in work', async () => {
  await closeSources(['a', 'b']);
  expect(removeSources).toHaveBeenCalledWith({ ids: ['a', 'b'] });
  await undo();
  expect(bringBackSources).toHaveBeenCalledWith({ ids: ['a', 'b'] });
  const source = { studio: 'restore', folder: '', state: 'ready' } as const;
  setState({
    sources: [
      { ...source, id: 'a', place: 0, name: 'a', item: { id: 'i', job: 'j', status: 'running' } },
      { ...source, id: 'b', place: 1, name: 'b' },
    ],
  });
  await redo();
  expect(removeSources).toHaveBeenLastCalledWith({ ids: ['b'] });
});

it('remembers nothing that failed, and says it', async () => {
  const error = { code: 'output/denied', message: 'No.', hint: 'Ask.' } as const;
  removeSources.mockResolvedValueOnce({ ok: false, error });
  await closeSources(['a']);
  expect(getState().history.past).toEqual([]);
  expect(getState().notice).toEqual(error);
});
