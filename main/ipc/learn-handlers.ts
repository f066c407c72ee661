import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Reply } from '../../contract/channels.ts';
import { isLearnRecipe } from '../../contract/clip-recipe.ts';
import { expected, GessoError } from '../../contract/errors.ts';
import type { LEARN_CHANNELS } from '../../contract/learn-channels.ts';
import {
  type LearnKind,
  type LearnRecipe,
  learnRecipe,
  SAMPLE_SCENE,
  TRANSFORMS_FILE,
} from '../../contract/learn-step.ts';
import { sampleFolder } from '../jobs/learn-samples.ts';
import { filesToLearn } from '../jobs/learn-sources.ts';
import type { NewItem } from '../jobs/store.ts';
import { maskFile } from './mask-file.ts';
import { type ChannelHandlers, toRecord } from './serve.ts';
import { openFolder } from './settings-view.ts';
import type { Studio } from './studio.ts';

/** What the room of Learn asks for. */
export function learnHandlers(studio: Studio): Pick<ChannelHandlers, keyof typeof LEARN_CHANNELS> {
  const { workshop, desktop } = studio.options;
  const { learn, sources } = studio;

  /** What is made of something learnt lies beside the user's other pictures. */
  const results = (chosen?: string): string =>
    (chosen === undefined ? workshop.settings.values.results : studio.folders.key(chosen)) ??
    path.join(desktop.picturesFolder(), 'Gesso');

  const start = (recipe: LearnRecipe, items: readonly NewItem[]): Reply<'learn.start'> => {
    studio.data.refuseWhileMoving();
    const { device } = workshop.settings.values;
    const job = workshop.store.append(learnRecipe.parse(recipe), { device, tile: 'auto' }, items);
    studio.queued(job.id);
    return { id: sources.jobId(job.id) };
  };

  /** @throws GessoError input/unreadable */
  const fileOf = (id: string): string => {
    const file = learn.files.key(id);
    if (existsSync(file)) return file;
    throw new GessoError(
      'input/unreadable',
      `${path.basename(file)} is not there any more.`,
      'It may have been moved or deleted.',
    );
  };

  return {
    'learn.choose': async ({ what, of }) => {
      const paths = await desktop.chooseToLearn(of, what, openFolder(workshop.settings.values));
      const [first] = paths;
      if (first === undefined) return undefined;
      studio.rememberFolder(what === 'folder' ? first : path.dirname(first));
      return learn.chosen(paths);
    },
    'learn.take': ({ paths }) => learn.chosen(absolute(paths)),
    'learn.chooseMask': async () => {
      const file = await desktop.chooseMask(openFolder(workshop.settings.values));
      if (file === undefined) return undefined;
      studio.rememberFolder(path.dirname(file));
      return learn.chosen([maskFile([file])]);
    },
    'learn.takeMask': ({ paths }) => learn.chosen([maskFile(absolute(paths))]),
    'learn.sample': async ({ sample }, signal) => {
      if (sample === 'scene') return learn.chosen([SAMPLE_SCENE]);
      studio.data.refuseWhileMoving();
      return learn.chosen([await sampleFolder(`sample:${sample}`, workshop, () => {}, signal)]);
    },
    'learn.count': async ({ source, kind }) => {
      try {
        const files = await filesToLearn({ kind, sources: learn.pathsOf(source) });
        const [first = ''] = files;
        const hasPlaces = first === SAMPLE_SCENE || path.basename(first) === TRANSFORMS_FILE;
        return { files: files.length, ...(hasPlaces && { hasPlaces }) };
      } catch (problem) {
        return { files: 0, problem: toRecord(problem) };
      }
    },
    'learn.start': async ({ source, kind, name, mask, folder: chosen, ...step }) => {
      const paths = learn.pathsOf(source);
      const recipe = recipeOf(kind, name, {
        ...step,
        sources: kind === 'denoise' ? [] : paths,
        ...(mask !== undefined && { mask: maskFile(learn.pathsOf(mask)) }),
      });
      if (kind !== 'denoise') return start(recipe, [{ input: paths[0]!, folder: results() }]);
      const folder = chosen === undefined ? workshop.settings.values.results : results(chosen);
      const files = await filesToLearn({ kind, sources: paths });
      return start(
        recipe,
        files.map((input) => ({ input, folder: folder ?? path.dirname(input) })),
      );
    },
    'learn.goOn': ({ id, source, length, earlyStop }) => {
      const found = workshop.learnt.get(id);
      if (!found)
        throw new GessoError(
          'model/missing',
          `${id} is not in the library any more.`,
          'Learn it again from the start.',
        );
      const paths = learn.pathsOf(source);
      const { size } = found.shape;
      const isSize = size === 32 || size === 64 || size === 128;
      const { seed } = found.learnt;
      return start(
        recipeOf(found.kind, undefined, {
          ...{ sources: paths, from: id, seed, length, earlyStop },
          ...(isSize && { size }),
        }),
        [{ input: paths[0]!, folder: results() }],
      );
    },
    'learn.forget': ({ id }) => {
      studio.data.refuseWhileMoving();
      return learn.trainings.forget(sources.job(id)).then(() => studio.tellQueue());
    },
    'learn.rename': async ({ id, name }) => {
      studio.data.refuseWhileMoving();
      await learn.things.rename(id, name);
      studio.page?.emit('models.changed', studio.models());
    },
    'learn.remove': async ({ id }) => {
      studio.data.refuseWhileMoving();
      refuseWhileNeeded(studio, id);
      await learn.things.remove(id);
      studio.page?.emit('models.changed', studio.models());
    },
    'learn.use': async (asked, signal) => {
      studio.data.refuseWhileMoving();
      const paths = asked.inputs.flatMap((each) => learn.pathsOf(each));
      const used = await learn.things.use(asked, paths, results(asked.folder), signal);
      const [mask] = used.results;
      const [picture] = paths;
      if (asked.use !== 'unusual' || !mask || picture === undefined) return used;
      return {
        ...used,
        repair: { source: learn.chosen([picture]), mask: learn.chosen([maskFile([fileOf(mask.id)])]) },
      };
    },
    'learn.look': (asked, signal) => learn.things.look(asked, signal),
    'learn.lookAway': () => learn.things.lookAway(),
    'learn.open': ({ id, studio: room }) => {
      const opened = { path: fileOf(id), studio: room };
      studio.openOne(opened);
      return { source: sources.idOf(opened), studio: room };
    },
    'learn.reveal': ({ id }) => desktop.reveal(fileOf(id)),
  };
}

/** @throws GessoError usage/invalid for a path that a page made up */
function absolute(paths: readonly string[]): readonly string[] {
  const relative = paths.find((file) => !path.isAbsolute(file));
  if (relative === undefined) return paths;
  throw new GessoError(
    'usage/invalid',
    expected('an absolute path', 'a dropped file', relative),
    'Drop it again.',
  );
}

function recipeOf(
  kind: LearnKind,
  name: string | undefined,
  step: Partial<LearnRecipe['steps'][0]>,
): LearnRecipe {
  return learnRecipe.parse({
    gesso: 1,
    ...(name !== undefined && { name }),
    steps: [{ studio: 'learn', kind, ...step }],
  });
}

/** @throws GessoError app/busy while a training goes on with it */
function refuseWhileNeeded({ options }: Studio, id: string): void {
  const { store, learnt } = options.workshop;
  const jobs = new Set(store.unfinished().map(({ job }) => job));
  const latent = learnt.get(id)?.latent;
  const isNeeded = [...jobs].some((job) => {
    const recipe = store.recipeOf(job);
    if (isLearnRecipe(recipe)) return recipe.steps[0].from === id;
    return latent !== undefined && recipe.steps.some((step) => 'model' in step && step.model === latent);
  });
  if (!isNeeded) return;
  throw new GessoError(
    'app/busy',
    `${id} is needed by something in the queue.`,
    'Let it finish, or cancel it in the queue first.',
  );
}
