import path from 'node:path';
import type { DataPlaceView } from '../../contract/data-place.ts';
import { GessoError } from '../../contract/errors.ts';
import { copyState, dataBytes, moveData } from '../jobs/move-data.ts';
import type { Workshop } from '../jobs/workshop.ts';

/** Where the data lies, and its way to another folder. From the beginning of a move to the restart no work begins. */
export class DataPlace {
  #state: DataPlaceView['state'] = 'here';
  #target = '';
  #moving: Promise<void> | undefined;

  constructor(private readonly workshop: Pick<Workshop, 'folder' | 'store' | 'library'>) {}

  async view(): Promise<DataPlaceView> {
    const { folder } = this.workshop;
    return {
      name: path.basename(folder.root) || folder.root,
      bytes: await dataBytes(folder),
      isFixed: folder.isFixed,
      state: this.#state,
    };
  }

  /** @throws GessoError app/busy from the beginning of a move on */
  refuseWhileMoving(): void {
    if (this.#state === 'moving')
      throw new GessoError('app/busy', 'The data is being moved.', 'Wait until that is done, or cancel it.');
    if (this.#state === 'moved')
      throw new GessoError('app/busy', 'The data was moved.', 'Restart Gesso first.');
  }

  async move(target: string, signal: AbortSignal, onProgress: (fraction: number) => void): Promise<void> {
    this.refuseWhileMoving();
    const { folder, store, library } = this.workshop;
    if (library.isInstalling)
      throw new GessoError(
        'app/busy',
        'A model is being installed.',
        'Wait until that is done, or cancel it.',
      );
    this.#state = 'moving';
    this.#moving = moveData({ folder, store, target, signal, onProgress });
    try {
      await this.#moving;
      this.#target = target;
      this.#state = 'moved';
    } catch (thrown) {
      this.#state = 'here';
      throw thrown;
    }
  }

  /** Waits for a move that was cancelled; after one that is done, takes the window's last state along. */
  async close(): Promise<void> {
    await this.#moving?.catch(() => {});
    if (this.#state === 'moved') copyState(this.workshop.folder, this.#target);
  }
}
