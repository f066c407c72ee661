import { existsSync } from 'node:fs';
import { access, constants, copyFile, cp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { AnyRecipe } from '../../contract/clip-recipe.ts';
import { expected, GessoError } from '../../contract/errors.ts';
import { PROJECT_EXTENSION } from '../../contract/project.ts';
import { isLanguage } from '../../contract/words/words.ts';
import { fsyncFile, fsyncFolder, storageError } from '../../models/library/storage.ts';
import { resolveInterpolation, resolveSteps, resolveStyle } from '../jobs/resolve.ts';
import type { NewItem } from '../jobs/store.ts';
import { aboutHandlers } from './about.ts';
import { viewBundles } from './bundles-view.ts';
import { dataHandlers } from './data.ts';
import { generateHandlers } from './generate-handlers.ts';
import { learnHandlers } from './learn-handlers.ts';
import { modelsHandlers } from './models-handlers.ts';
import { presetHandlers } from './presets.ts';
import { isProjectFile } from './projects.ts';
import { reportHandlers } from './report-handlers.ts';
import { drawPan, drawPicture } from './samples.ts';
import type { ChannelHandlers } from './serve.ts';
import { settingsHandlers } from './settings.ts';
import { openFolder, viewSettings } from './settings-view.ts';
import type { Studio } from './studio.ts';

/** Of a picture on the clipboard, pixels of its longer side: others hold it whole in memory. */
const LARGEST_COPIED = 8192;

/** What main does for each channel of the contract. */
export function makeHandlers(studio: Studio): ChannelHandlers {
  const { workshop, desktop, version } = studio.options;
  const { store, settings } = workshop;
  const { sources, background, folders, session } = studio;

  /** The file that an item became. */
  const outputOf = (id: string): string => {
    const output = store.item(sources.item(id)).result?.output;
    if (output !== undefined) return output;
    throw new GessoError('job/missing', 'There is no result yet.', 'Restore the picture first.');
  };

  /** What a source is as an item of a job. @param chosen from `folder.choose`, or beside each source; left out: where the settings say */
  const itemsInto = (chosen: string | undefined) => {
    const target =
      chosen === 'beside' ? undefined : chosen === undefined ? settings.values.results : folders.key(chosen);
    return (id: string): NewItem => {
      const { path: input, second } = sources.of(id);
      return { input, folder: target ?? path.dirname(input), ...(second !== undefined && { second }) };
    };
  };

  /**
   * Queues one job for all that have nothing of their own, and one for each that has: a part, a mask.
   * @returns their ids for the page
   */
  function startEach<Own>(
    asked: readonly { id: string; own?: Own | undefined }[],
    folder: string | undefined,
    recipeOf: (own: Own | undefined) => AnyRecipe,
  ): string[] {
    const itemOf = itemsInto(folder);
    const all = [...new Map(asked.map((each) => [each.id, each])).values()];
    const plain = all.filter(({ own }) => own === undefined).map(({ id }) => itemOf(id));
    return [
      ...(plain.length > 0 ? [start(recipeOf(undefined), plain)] : []),
      ...all.flatMap(({ id, own }) => (own === undefined ? [] : [start(recipeOf(own), [itemOf(id)])])),
    ];
  }

  /** Queues a job on the device of the settings, and begins. @returns its id for the page */
  const start = (recipe: AnyRecipe, items: readonly NewItem[]): string => {
    const job = store.append(recipe, { device: settings.values.device, tile: 'auto' }, items);
    studio.queued(job.id);
    return sources.jobId(job.id);
  };

  return {
    'app.state': () => {
      const problem = studio.takeUntold();
      return {
        version,
        platform: platform(),
        theme: desktop.theme(),
        textSize: desktop.textSize(),
        language: desktop.language(),
        threads: os.availableParallelism(),
        sources: sources.list(),
        queue: studio.tally.view(),
        models: studio.models(),
        presets: studio.presets.list(),
        recent: studio.recent.list(),
        stylePictures: studio.stylePictures.list(),
        taste: studio.stylePictures.taste,
        made: studio.generate.made.list(),
        bundles: viewBundles(workshop),
        prompts: studio.generate.prompts.shelf,
        trainings: studio.learn.trainings.list(),
        training: studio.learn.trainings.progress(),
        learnt: studio.learn.things.list(),
        ...(studio.projects.name !== undefined && { project: studio.projects.name }),
        appSettings: viewSettings(settings.values, folders),
        ...(session.page && { session: session.page }),
        hasReport: studio.reports.hasUnread,
        ...(problem && { problem }),
      };
    },
    'session.save': (page) => session.keep(page),
    'app.setTheme': ({ theme }) => desktop.setTheme(theme),
    'app.setTextSize': ({ size }) => desktop.setTextSize(size),
    'app.setLanguage': ({ language }) => {
      if (language !== 'system' && !isLanguage(language))
        throw new GessoError(
          'usage/invalid',
          expected('a language of the catalogue', 'language', language),
          'Choose one of the list.',
        );
      desktop.setLanguage(language);
      studio.page?.emit('language.changed', desktop.language());
    },
    'sources.open': async ({ what, studio: room }) => {
      const paths = await desktop.chooseSources(room, what, openFolder(settings.values));
      const [first] = paths;
      if (first !== undefined) studio.rememberFolder(what === 'folder' ? first : path.dirname(first));
      return studio.open(paths, room);
    },
    'sources.add': ({ paths, studio: room }) => {
      const relative = paths.find((file) => !path.isAbsolute(file));
      if (relative !== undefined)
        throw new GessoError(
          'usage/invalid',
          expected('an absolute path', 'a dropped file', relative),
          'Drop it again.',
        );
      return studio.open(paths, room);
    },
    'sources.paste': ({ studio: room }) => studio.paste(room),
    'recent.open': ({ id, studio: room }) => studio.open([studio.recent.path(id)], room),
    'recent.clear': () => studio.recent.clear(),
    'sources.sample': async ({ studio: room }) => {
      studio.data.refuseWhileMoving();
      const folder = path.join(workshop.folder.root, 'sample');
      return {
        added: sources.add([
          room === 'interpolate' ? await drawPan(folder) : { ...(await drawPicture(folder)), studio: room },
        ]),
      };
    },
    'sources.remove': ({ ids }) => sources.remove(ids),
    'sources.bringBack': ({ ids }) => studio.bringBack(ids),
    'source.view': ({ id, display }) => sources.view(id, display),
    'preview.run': (args, signal) => studio.preview.run(args, signal),
    'preview.warm': ({ steps }) => studio.preview.warm(steps),
    'live.watch': ({ source, display }) => studio.live.watch(source, display),
    'folder.choose': async ({ what }) => {
      const folder = await desktop.chooseFolder(what);
      return folder === undefined
        ? undefined
        : { id: folders.of(folder), name: path.basename(folder) || folder };
    },
    'restore.start': ({ sources: asked, steps, output, folder }) => {
      studio.data.refuseWhileMoving();
      // A missing model is said now, not once for every picture.
      resolveSteps(steps, workshop.readyModels());
      const own = asked.map(({ id, mask }) => ({ id, own: mask && studio.masks.path(mask) }));
      return {
        jobs: startEach(own, folder, (mask) => ({
          gesso: 1,
          steps,
          output,
          ...(mask !== undefined && { mask }),
        })),
      };
    },
    'interpolate.start': ({ sources: asked, step, output, folder }) => {
      studio.data.refuseWhileMoving();
      resolveInterpolation(step, workshop.readyModels());
      const own = asked.map(({ id, part }) => ({ id, own: part }));
      const none = { cuts: { added: [], removed: [] } };
      return {
        jobs: startEach(own, folder, (part = none) => ({ gesso: 1, steps: [{ ...step, ...part }], output })),
      };
    },
    'style.start': ({ sources: asked, layers, output, folder }) => {
      studio.data.refuseWhileMoving();
      const everywhere = studio.styles.stepsOf(layers, {});
      for (const step of everywhere) resolveStyle(step, workshop.readyModels());
      const own = asked.map(({ id, masks }) => ({
        id,
        own: masks && Object.keys(masks).length > 0 ? studio.styles.stepsOf(layers, masks) : undefined,
      }));
      const jobs = startEach(own, folder, (steps = everywhere) => ({
        gesso: 1,
        steps,
        output,
      }));
      studio.stylePictures.used(
        layers.flatMap(({ isShown, look }) => (isShown ? look.styles : [])).map(({ from }) => from),
      );
      return { jobs };
    },
    'project.save': async ({ page, as }) => {
      studio.data.refuseWhileMoving();
      const { projects } = studio;
      const known = as === 'same' ? projects.file : undefined;
      const file = known ?? (await desktop.chooseTarget(`${projects.name ?? 'project'}${PROJECT_EXTENSION}`));
      if (file === undefined) return {};
      // Without the ending a double click would not open it, and another file of that name is not asked about.
      const target = isProjectFile(file) ? file : `${file}${PROJECT_EXTENSION}`;
      if (target !== file && existsSync(target))
        throw new GessoError(
          'output/exists',
          `${path.basename(target)} is there already.`,
          'Choose another name.',
        );
      await projects.save(page, target, as === 'embedded');
      session.changed();
      studio.recent.add([target]);
      return projects.name === undefined ? {} : { name: projects.name };
    },
    'project.open': async () => {
      const file = await desktop.chooseProject();
      if (file !== undefined) await studio.openProject(file);
    },
    'result.copy': async ({ item }) => {
      const file = outputOf(item);
      const target = path.join(workshop.folder.work, `copied-${process.pid}.png`);
      try {
        await workshop.pictures.call('picture.preview', {
          ...{ file, target, longestSide: LARGEST_COPIED, exact: true, display: 'srgb' },
        });
        await desktop.copy(new Uint8Array(await readFile(target)));
      } finally {
        await rm(target, { force: true });
      }
    },
    'mask.save': ({ png }) => ({ id: studio.masks.save(png) }),
    'mask.read': ({ id }) => ({ png: new Uint8Array(studio.masks.read(id)) }),
    'styles.open': async () => {
      const paths = await desktop.chooseSources('style', 'files', openFolder(settings.values));
      studio.stylePictures.add(paths);
    },
    'styles.add': ({ paths }) => studio.stylePictures.add(paths),
    'styles.remove': ({ id }) => studio.stylePictures.remove(id),
    'styles.favour': ({ from, isFavourite }) => studio.stylePictures.favour(from, isFavourite),
    'style.thumbs': (args, signal) => studio.styles.thumbs(args, signal),
    'style.preview': (args, signal) => studio.styles.preview(args, signal),
    'clip.look': (args, signal) => studio.clips.look(args, signal),
    'clip.thumbs': (args, signal) => studio.clips.thumbs(args, signal),
    'clip.frames': (args, signal) => studio.clips.frames(args, signal),
    'clip.preview': (args, signal) => studio.clips.preview(args, signal),
    'clip.between': (args, signal) => studio.clips.between(args, signal),
    'clip.plan': (args) => studio.clips.plan(args),
    'queue.cancel': ({ job }) => ({
      cancelled: background.cancel(job === undefined ? undefined : sources.job(job)),
    }),
    'queue.pause': ({ paused }) => background.pause(paused),
    'queue.retry': ({ job }) => {
      studio.data.refuseWhileMoving();
      const jobs = job === undefined ? jobsOfShown(studio) : [sources.job(job)];
      let queued = 0;
      for (const each of jobs) {
        queued += store.retry(each);
        studio.queued(each);
      }
      return { queued };
    },
    'jobs.list': () => studio.jobs.list(),
    'jobs.items': ({ job, offset, count }) => studio.jobs.items(sources.job(job), offset, count),
    'jobs.move': ({ job, to }) => {
      store.moveJob(sources.job(job), to);
      studio.tellQueue();
    },
    'jobs.forget': ({ job }) => {
      studio.data.refuseWhileMoving();
      if (job === undefined) store.clear();
      else store.forget(sources.job(job));
      studio.tellQueue();
    },
    'item.first': ({ item }) => {
      store.moveItemFirst(sources.item(item));
      studio.tellQueue();
    },
    'item.open': async ({ item }) => {
      const record = store.item(sources.item(item));
      // It is shown where it was made.
      if (studio.generate.has(record)) return { source: item, studio: 'generate' };
      if (studio.learn.has(record)) return { source: sources.jobId(record.job), studio: 'learn' };
      await access(record.input).catch((cause) => {
        const name = path.basename(record.input);
        const hint = 'It may have been moved or deleted; open it from where it is now.';
        throw new GessoError('input/unreadable', `${name} is not there any more.`, hint, cause);
      });
      const opened = sources.openedOf(record);
      sources.add([opened]);
      // A newer item of the same file says more than the one that was asked for.
      sources.attach(record);
      const latest = store.latestOf(record.input);
      if (latest && sources.idOfItem(latest) === sources.idOf(opened)) sources.attach(latest);
      return { source: sources.idOf(opened), studio: opened.studio };
    },
    'result.reveal': ({ item }) => desktop.reveal(outputOf(item)),
    'result.export': async ({ item }) => {
      const output = outputOf(item);
      const target = await desktop.chooseTarget(path.basename(output));
      if (target === undefined) return { saved: false };
      await copyTo(output, target);
      return { saved: true };
    },
    'keys.capture': ({ on }) => desktop.leaveKeys(on),
    ...generateHandlers(studio),
    ...learnHandlers(studio),
    ...modelsHandlers(studio),
    ...presetHandlers(studio.presets, desktop, () => studio.data.refuseWhileMoving()),
    ...dataHandlers(studio),
    ...settingsHandlers(studio),
    ...aboutHandlers(studio),
    ...reportHandlers(studio),
  };
}

/** Jobs of open and of made pictures with something in them that can be tried again. */
function jobsOfShown(studio: Studio): Set<number> {
  const again = studio.sources
    .list()
    .flatMap(({ item }) => (item && ['failed', 'cancelled'].includes(item.status) ? [item.job] : []));
  const made = studio.generate.made.list().flatMap(({ status, job }) => (status === 'failed' ? [job] : []));
  return new Set([...again, ...made].map((id) => studio.sources.job(id)));
}

/** The dialog has asked about replacing. The copy, of a file or of a folder of pictures, is whole before it takes the name. */
async function copyTo(from: string, to: string): Promise<void> {
  // A copy onto itself would leave an empty file.
  if (path.resolve(from) === path.resolve(to)) return;
  const temp = path.join(path.dirname(to), `.gesso-${process.pid}-${path.basename(to)}.part`);
  try {
    if ((await stat(from)).isDirectory()) await copyFolder(from, temp, to);
    else {
      await copyFile(from, temp, constants.COPYFILE_FICLONE);
      await fsyncFile(temp);
    }
    await rename(temp, to);
    await fsyncFolder(path.dirname(to));
  } catch (cause) {
    await rm(temp, { recursive: true, force: true });
    throw storageError(cause, to) ?? cause;
  }
}

/** A folder is never replaced: the dialog asks about files only. @throws GessoError output/exists */
async function copyFolder(from: string, temp: string, to: string): Promise<void> {
  if (existsSync(to))
    throw new GessoError(
      'output/exists',
      `${path.basename(to)} is there already.`,
      'Choose another name for the folder of pictures.',
    );
  await cp(from, temp, { recursive: true });
  for (const name of await readdir(temp)) await fsyncFile(path.join(temp, name));
  await fsyncFolder(temp);
}

function platform(): 'linux' | 'darwin' | 'win32' | 'other' {
  const name = os.platform();
  return name === 'linux' || name === 'darwin' || name === 'win32' ? name : 'other';
}
