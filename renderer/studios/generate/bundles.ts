import type { Call } from '../../../contract/bridge.ts';
import { attempt, bridge } from '../../app/bridge.ts';
import { changeWords } from '../../app/generate-changes.ts';
import { getState, setState } from '../../app/store.ts';

/** Makes a diffusion model the one that is used, at the size that it was trained at. */
export function chooseBundle(id: string): void {
  const { bundles, generate } = getState();
  const bundle = bundles.find((each) => each.id === id);
  if (!bundle || generate.diffusion.model === id) return;
  const { nativeSize } = bundle;
  changeWords({ model: id, width: nativeSize, height: nativeSize });
}

/** Asks for a diffusion model and takes it in; it is the one that is used then. */
export async function importBundle(what: 'file' | 'folder'): Promise<void> {
  const imported = await whileImporting(bridge.importBundle({ what }));
  if (imported?.id !== undefined) chooseBundle(imported.id);
}

/** The result of a call that imports, with its progress in the state meanwhile; undefined where one is at work. */
export async function whileImporting<R>({ outcome, cancel }: Call<R>): Promise<R | undefined> {
  setState({ importingBundle: { fraction: 0, cancel } });
  const made = await attempt(outcome);
  setState({ importingBundle: undefined });
  return made;
}
