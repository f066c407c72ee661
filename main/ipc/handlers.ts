import { access, constants, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expected, GessoError } from '../../contract/errors.ts';
import { isLanguage } from '../../contract/words/words.ts';
import { fsyncFile, fsyncFolder, storageError } from '../../models/library/storage.ts';
import { resolveSteps } from '../jobs/resolve.ts';
import { aboutHandlers } from './about.ts';
import { dataHandlers } from './data.ts';
import { drawnPicture } from './drawn-picture.ts';
import { modelsHandlers } from './models-handlers.ts';
import { presetHandlers } from './presets.ts';
import { reportHandlers } from './report-handlers.ts';
import type { ChannelHandlers } from './serve.ts';
import { settingsHandlers } from './settings.ts';
import { openFolder, viewSettings } from './settings-view.ts';
import type { Studio } from './studio.ts';

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
    'sources.open': async ({ what }) => {
      const paths = await desktop.choosePictures(what, openFolder(settings.values));
      const [first] = paths;
      if (first !== undefined) studio.rememberFolder(what === 'folder' ? first : path.dirname(first));
      return studio.open(paths);
    },
    'sources.add': ({ paths }) => {
      const relative = paths.find((file) => !path.isAbsolute(file));
      if (relative !== undefined)
        throw new GessoError(
          'usage/invalid',
          expected('an absolute path', 'a dropped file', relative),
          'Drop it again.',
        );
      return studio.open(paths);
    },
    'sources.paste': () => studio.paste(),
    'recent.open': ({ id }) => studio.open([studio.recent.path(id)]),
    'recent.clear': () => studio.recent.clear(),
    'sources.sample': async () => {
      studio.data.refuseWhileMoving();
      const folder = path.join(workshop.folder.root, 'sample');
      const file = path.join(folder, 'misty-hills.png');
      await mkdir(folder, { recursive: true });
      await writeFile(`${file}.part`, drawnPicture(), { flush: true });
      await rename(`${file}.part`, file);
      return { added: sources.add([file]) };
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
    'restore.start': ({ sources: ids, steps, output, folder }) => {
      studio.data.refuseWhileMoving();
      // A missing model is said now, not once for every picture.
      resolveSteps(steps, workshop.readyModels());
      const { device, results } = settings.values;
      const target = folder === 'beside' ? undefined : folder === undefined ? results : folders.key(folder);
      const items = [...new Set(ids)].map((id) => {
        const input = sources.path(id);
        return { input, folder: target ?? path.dirname(input) };
      });
      const job = store.append({ gesso: 1, steps, output }, { device, tile: 'auto' }, items);
      studio.queued(job.id);
      return { job: sources.jobId(job.id) };
    },
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
      await access(record.input).catch((cause) => {
        const name = path.basename(record.input);
        const hint = 'It may have been moved or deleted; open it from where it is now.';
        throw new GessoError('input/unreadable', `${name} is not there any more.`, hint, cause);
      });
      sources.add([record.input]);
      // A newer item of the same picture says more than the one that was asked for.
      sources.attach(store.latestOf(record.input) ?? record);
      return { source: sources.idOf(record.input) };
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
    ...modelsHandlers(studio),
    ...presetHandlers(studio.presets, desktop, () => studio.data.refuseWhileMoving()),
    ...dataHandlers(studio),
    ...settingsHandlers(studio),
    ...aboutHandlers(studio),
    ...reportHandlers(studio),
  };
}

/** Jobs of open pictures with something in them that can be tried again. */
function jobsOfShown(studio: Studio): Set<number> {
  const again = studio.sources
    .list()
    .flatMap(({ item }) => (item && ['failed', 'cancelled'].includes(item.status) ? [item.job] : []));
  return new Set(again.map((id) => studio.sources.job(id)));
}

/** The dialog has asked about replacing. The copy is whole and flushed before it takes the name. */
async function copyTo(from: string, to: string): Promise<void> {
  // A copy onto itself would leave an empty file.
  if (path.resolve(from) === path.resolve(to)) return;
  const temp = path.join(path.dirname(to), `.gesso-${process.pid}-${path.basename(to)}.part`);
  try {
    await copyFile(from, temp, constants.COPYFILE_FICLONE);
    await fsyncFile(temp);
    await rename(temp, to);
    await fsyncFolder(path.dirname(to));
  } catch (cause) {
    await rm(temp, { force: true });
    throw storageError(cause, to) ?? cause;
  }
}

function platform(): 'linux' | 'darwin' | 'win32' | 'other' {
  const name = os.platform();
  return name === 'linux' || name === 'darwin' || name === 'win32' ? name : 'other';
}
