import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { GessoError } from '../../contract/errors.ts';
import type { LearnRecipe } from '../../contract/learn-step.ts';
import { type InstalledLearnt, LearntStore } from '../../models/library/learnt.ts';
import { freeId, idOf } from '../../models/library/own.ts';
import { ModelStore } from '../../models/library/store.ts';
import type { Result } from '../engine/protocol/methods.ts';

/** What was learnt on this machine, and the networks of it that are ordinary models as well. */
export class LearntLibrary {
  readonly #store: LearntStore;

  /** @param models the folder of the models @param isTaken ids that others have */
  constructor(
    private readonly models: string,
    private readonly isTaken: (id: string) => boolean,
  ) {
    this.#store = new LearntStore(models);
  }

  list(): InstalledLearnt[] {
    return this.#store.list();
  }

  get(id: string): InstalledLearnt | undefined {
    return this.#store.get(id);
  }

  problemOf(id: string): Promise<GessoError | undefined> {
    return this.#store.problemOf(id);
  }

  /** Also the model that draws for it. @returns whether there was one */
  async remove(id: string): Promise<boolean> {
    const found = this.#store.get(id);
    const removed = await this.#store.remove(id);
    if (found?.latent) await new ModelStore(this.models).remove(found.latent);
    return removed;
  }

  /**
   * Calls it something else, and the model that draws for it; ids stay, so that what refers to it goes on doing so.
   * @throws GessoError model/missing, output/no-space, output/denied
   */
  async rename(id: string, name: string): Promise<InstalledLearnt> {
    const latent = this.#store.get(id)?.latent;
    if (latent !== undefined) await new ModelStore(this.models).rename(latent, name);
    const renamed = await this.#store.change(id, { name });
    if (renamed) return renamed;
    throw new GessoError(
      'model/missing',
      `There is nothing learnt called ${id}.`,
      'See what there is with `gesso models list`.',
    );
  }

  /** A folder on the disk of the models in which something can be made before it is adopted. */
  async beginWork(): Promise<string> {
    return new ModelStore(this.models).beginWork();
  }

  async endWork(folder: string): Promise<void> {
    await new ModelStore(this.models).endWork(folder);
  }

  /**
   * Takes what was learnt into the library. What it goes on from gives its place to it.
   * @param made the folder that the engine left
   */
  async adopt(
    made: string,
    { learnt, latent }: Result<'learn.train'>,
    recipe: LearnRecipe,
  ): Promise<InstalledLearnt> {
    const [step] = recipe.steps;
    const before = step.from === undefined ? undefined : this.#store.get(step.from);
    const named = recipe.name ?? before?.name ?? nameOf(learnt.learnt.from[0] ?? step.kind, step.kind);
    const id =
      before?.id ?? freeId(idOf(named), (wanted) => this.isTaken(wanted) || this.get(wanted) !== undefined);
    let drawing: string | undefined;
    if (latent) {
      const store = new ModelStore(this.models);
      const work = await store.beginWork();
      try {
        const file = path.join(work, path.basename(latent.file));
        await mkdir(work, { recursive: true });
        await rename(path.join(made, latent.file), file);
        drawing = before?.latent ?? freeId(`${id}.draws`, this.isTaken);
        const descriptor = { ...latent.descriptor, id: drawing, name: named, family: drawing, licence: OWN };
        const source = `learnt here from ${learnt.learnt.from.join(', ')}`;
        await store.adopt(file, descriptor, source, work);
      } finally {
        await store.endWork(work);
      }
    }
    return this.#store.adopt(made, {
      ...learnt,
      ...{ gesso: 1, id, name: named, kind: step.kind },
      ...(drawing !== undefined && { latent: drawing }),
    });
  }
}

/** Nobody else has a say in what was learnt from one's own pictures. */
const OWN = 'your own';

const KINDS = {
  vae: 'variations',
  denoise: 'denoiser',
  nerf: 'scene',
  words: 'words',
  diffusion: 'diffusion',
  gan: 'patterns',
} as const;

function nameOf(source: string, kind: keyof typeof KINDS): string {
  // Of what Gesso draws itself: "sample:scene".
  const name = path.parse(source).name.replace(/^sample:\w+$/, 'sample');
  return `${name} ${KINDS[kind]}`.slice(0, 80);
}
