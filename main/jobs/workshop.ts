import path from 'node:path';
import { CATALOGUE } from '../../models/catalogue/index.ts';
import { ModelLibrary } from '../../models/library/library.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { EngineHost } from '../engine/host/host.ts';
import { launchEngine } from '../engine/host/launch.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { newInstanceId } from './lease.ts';
import { openLog } from './log.ts';
import type { ReadyModel } from './resolve.ts';
import { Runner } from './runner.ts';
import { JobStore } from './store.ts';

/** The program's version; the build puts it into the bundle. */
export function version(): string {
  return packageJson.version;
}

export interface WorkshopOptions {
  /** The Node that runs engines. */
  node: string;
  /** The folder of the built bundles (engine.js, sessions.js). */
  bundles: string;
  /** Models that came with the program; read where they lie. */
  shipped?: string;
}

/** Everything behind the windows and the command line, wired up: data folder, queue, library, engines. */
export interface Workshop {
  folder: DataFolder;
  store: JobStore;
  library: ModelLibrary;
  /** Restores items of the queue. */
  host: EngineHost;
  /** Answers for pictures on screen (role `pictures`), so that a batch never delays them. */
  pictures: EngineHost;
  runner: Runner;
  readyModels(): ReadyModel[];
  close(): void;
}

export function openWorkshop(options: WorkshopOptions): Workshop {
  const folder = dataFolder();
  const log = openLog(folder.logs, 'engine');
  const entry = path.join(options.bundles, 'engine.js');
  const launch = () => launchEngine({ node: options.node, entry, onLog: log });
  const host = new EngineHost({ launch });
  const pictures = new EngineHost({ launch });
  const library = new ModelLibrary({
    folder: folder.root,
    catalogue: CATALOGUE,
    bundled: options.shipped,
    convert: ({ entry, files, outFolder, onProgress }, signal) =>
      host.call(
        'model.convert',
        { entry, files: [...files], outFolder },
        { ...(signal && { signal }), onEvent: ({ fraction }) => onProgress?.(fraction) },
      ),
  });
  const store = new JobStore(folder.queue);
  const readyModels = () =>
    library
      .list()
      .flatMap(({ installed }) =>
        installed ? [{ file: installed.file, descriptor: installed.descriptor }] : [],
      );
  const runner = new Runner({
    store,
    host,
    owner: newInstanceId(),
    models: readyModels,
    work: folder.work,
    software: `Gesso ${version()}`,
  });
  return {
    folder,
    store,
    library,
    host,
    pictures,
    runner,
    readyModels,
    close() {
      host.close();
      pictures.close();
      store.close();
    },
  };
}
