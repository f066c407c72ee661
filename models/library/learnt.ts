import path from 'node:path';
import { type LearntModel, learntModel } from '../../contract/learnt.ts';
import { FolderStore } from './folder-store.ts';

/** Beside the record: all that learning needs to go on, the weights among it. */
export const STATE_FILE = 'state.bin';

/** Something learnt on this machine and the folder that it lies in. */
export type InstalledLearnt = LearntModel & { readonly folder: string };

/** What was learnt on this machine: `learnt/<id>/learnt.json`, `state.bin` and what its kind adds. */
export class LearntStore extends FolderStore<LearntModel> {
  /** @param models the folder of the models */
  constructor(models: string) {
    super(path.join(models, 'learnt'), {
      name: 'learnt.json',
      schema: learntModel,
      remedy: 'learn it again',
    });
  }
}
