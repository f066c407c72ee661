import { randomInt } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ParsedArgs, Reply } from '../../contract/channels.ts';
import { expected, GessoError } from '../../contract/errors.ts';
import type { GENERATE_CHANNELS } from '../../contract/generate-channels.ts';
import { firstSeed, type PageStep } from '../../contract/generate-settings.ts';
import { storageError } from '../../models/library/storage.ts';
import { resolveLatent } from '../jobs/resolve.ts';
import { viewBundles } from './bundles-view.ts';
import { recipeStep } from './page-step.ts';
import { keepPasted } from './pasted.ts';
import type { ChannelHandlers } from './serve.ts';
import { openFolder } from './settings-view.ts';
import type { Studio } from './studio.ts';
import { takeDropped } from './take-dropped.ts';

const MOST_RANDOM_SEED = 2 ** 32 - 1;

/** What the room of Generate asks for. */
export function generateHandlers(studio: Studio): Pick<ChannelHandlers, keyof typeof GENERATE_CHANNELS> {
  const { workshop, desktop } = studio.options;
  const { sources } = studio;
  const { made, views, files, prompts } = studio.generate;

  /** What lies where nobody chose a place: beside the user's other pictures. */
  const folderFor = (chosen: string | undefined): string =>
    (chosen === undefined ? workshop.settings.values.results : studio.folders.key(chosen)) ??
    path.join(desktop.picturesFolder(), 'Gesso');

  const importBundle = async (file: string, signal: AbortSignal): Promise<string> => {
    studio.data.refuseWhileMoving();
    const { bundle } = await workshop.bundles.import(
      file,
      {},
      {
        signal,
        onProgress: (fraction) =>
          studio.page?.emit('bundles.progressed', { fraction: Math.min(1, fraction) }),
      },
    );
    studio.page?.emit('bundles.changed', viewBundles(workshop));
    return bundle.id;
  };

  const start = ({
    steps,
    count,
    isSeedFixed,
    source,
    mask,
    output,
    folder,
  }: ParsedArgs<'generate.start'>): Reply<'generate.start'> => {
    studio.data.refuseWhileMoving();
    const seed = isSeedFixed ? undefined : randomInt(MOST_RANDOM_SEED - count);
    const input = source === undefined ? '' : sources.of(source).path;
    const begun = {
      ...(seed !== undefined && { seed }),
      ...(mask !== undefined && { mask: studio.masks.path(mask) }),
      hasInput: input !== '',
    };
    // What cannot be made is said before anything is queued.
    const recipes = steps.map((step) => ({
      gesso: 1 as const,
      steps: [recipeStep(known(step), files, begun)] as [ReturnType<typeof recipeStep>],
      output,
    }));
    const items = Array.from({ length: count }, () => ({ input, folder: folderFor(folder) }));
    const { device } = workshop.settings.values;
    const ids = recipes.flatMap((recipe) => {
      // Only words begin with a picture.
      const isOfWords = recipe.steps[0].kind === 'diffusion';
      const own = isOfWords ? items : items.map((item) => ({ ...item, input: '' }));
      const job = workshop.store.append(recipe, { device, tile: 'auto' }, own);
      studio.queued(job.id);
      return workshop.store.items(job.id).map(({ id }) => sources.itemId(id));
    });
    const [first] = steps;
    if (first?.kind === 'diffusion') prompts.used({ prompt: first.prompt, negative: first.negative });
    return { made: ids, seed: seed ?? (first ? firstSeed(first) : 0) };
  };

  /** An SVG is opened as pixels, which lie in the cache for the moment only: they are kept as what is pasted. */
  const kept = async (file: string): Promise<string> => {
    const { root, cache } = workshop.folder;
    if (!file.startsWith(realpathSync(cache))) return file;
    return keepPasted(path.join(root, 'pasted'), await readFile(file), new Date());
  };

  /** @throws GessoError model/missing for a model that is gone */
  const known = (step: PageStep): PageStep => {
    if (step.kind === 'latent') resolveLatent(step.model, workshop.readyModels());
    if (step.kind !== 'diffusion' || step.model === undefined || workshop.bundles.get(step.model))
      return step;
    throw new GessoError(
      'model/missing',
      `The diffusion model ${step.model} is not there any more.`,
      'Choose another one, or import it again.',
    );
  };

  return {
    'generate.choose': async ({ what }) => {
      const file = await desktop.chooseGenerateFile(what, openFolder(workshop.settings.values));
      return file === undefined ? undefined : files.of(file);
    },
    'generate.preview': (args, signal) => views.preview(args, signal),
    'generate.thumbs': () => views.thumbs(),
    'generate.countTokens': (args) => views.countTokens(args),
    'generate.start': start,
    'made.view': async ({ id, display }) => sources.viewOf(await made.fileOf(id), display),
    'made.forget': ({ ids }) => {
      studio.data.refuseWhileMoving();
      made.forget(ids);
      studio.tellQueue();
    },
    'made.open': async ({ id, studio: room }) => {
      // Clips are opened as they are.
      const file = room === 'interpolate' ? made.outputOf(id) : await kept(await made.fileOf(id));
      const opened = { path: file, studio: room };
      studio.openOne(opened);
      return { source: sources.idOf(opened), studio: room };
    },
    'generate.take': ({ paths }, signal) => {
      const relative = paths.find((file) => !path.isAbsolute(file));
      if (relative !== undefined)
        throw new GessoError(
          'usage/invalid',
          expected('an absolute path', 'a dropped file', relative),
          'Drop it again.',
        );
      return takeDropped(paths, studio, (file) => importBundle(file, signal));
    },
    'bundles.import': async ({ what }, signal) => {
      const file = await desktop.chooseBundle(what);
      return file === undefined ? {} : { id: await importBundle(file, signal) };
    },
    'bundles.remove': async ({ id }) => {
      studio.data.refuseWhileMoving();
      refuseWhileNeeded(studio, id);
      await workshop.bundles.remove(id);
      studio.page?.emit('bundles.changed', viewBundles(workshop));
    },
    'prompts.favour': ({ pair, isFavourite }) => prompts.favour(pair, isFavourite),
    'prompts.clear': () => prompts.clear(),
    'generate.saveSheet': async ({ png }) => {
      const target = await desktop.chooseTarget('comparison.png');
      if (target === undefined) return { saved: false };
      await writeFile(target, png, { flush: true }).catch((cause) => {
        throw storageError(cause, target) ?? cause;
      });
      return { saved: true };
    },
  };
}

/** @throws GessoError app/busy */
function refuseWhileNeeded({ options }: Studio, id: string): void {
  const { store } = options.workshop;
  const jobs = new Set(store.unfinished().map(({ job }) => job));
  const waiting = [...jobs].filter((job) =>
    store.recipeOf(job).steps.some((step) => 'model' in step && step.model === id),
  );
  if (waiting.length === 0) return;
  throw new GessoError(
    'app/busy',
    `${id} is needed by pictures in the queue.`,
    'Let them finish, or cancel them in the queue first.',
  );
}
