import path from 'node:path';
import { CATALOGUE } from '../../models/catalogue/index.ts';
import { BundleLibrary } from '../../models/library/bundle-library.ts';
import { ModelLibrary } from '../../models/library/library.ts';
import { variantsFolder } from '../../models/library/variants.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { EngineHost } from '../engine/host/host.ts';
import { type EngineRole, launchEngine } from '../engine/host/launch.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';
import { LearntLibrary } from './learnt-library.ts';
import { newInstanceId } from './lease.ts';
import { openLog } from './log.ts';
import type { ReadyModel } from './resolve.ts';
import { Runner } from './runner.ts';
import { Settings, type StoredSettings } from './settings.ts';
import { JobStore } from './store.ts';

/** The program's version; the build puts it into the bundle. */
export function version(): string {
  return packageJson.version;
}

/** A preview that is wanted no more may finish its tile for so long; then its engine is ended. */
const PREVIEW_GRACE_MS = 500;
/** An engine with models loaded is worth its memory for so long after the last preview. */
const PREVIEW_IDLE_MS = 120_000;

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
  settings: Settings;
  store: JobStore;
  library: ModelLibrary;
  /** Diffusion models. */
  bundles: BundleLibrary;
  /** What was learnt on this machine. */
  learnt: LearntLibrary;
  /** Restores items of the queue. */
  host: EngineHost;
  /** Answers for pictures on screen (role `pictures`), so that a batch never delays them. */
  pictures: EngineHost;
  /** Runs models for previews, beside a batch; ends by itself when nobody previews. */
  previewer: EngineHost;
  /** One more, for what must disturb neither; closed by who asked for it. */
  newHost(): EngineHost;
  runner: Runner;
  readyModels(): ReadyModel[];
  close(): void;
}

export function openWorkshop(options: WorkshopOptions): Workshop {
  const folder = dataFolder();
  const log = openLog(folder.logs, 'engine');
  const entry = path.join(options.bundles, 'engine.js');
  const settings = new Settings(path.join(folder.root, 'settings.json'));
  const launch = (role: EngineRole) => () =>
    launchEngine({
      node: options.node,
      entry,
      role,
      onLog: log,
      env: {
        GESSO_MEMORY_LIMIT: limitInBytes(settings.values.memoryLimit),
        GESSO_VARIANTS: variantsFolder(folder.root),
      },
    });
  const died = (role: string) => (reason: string) => log(`the engine for ${role} ended: ${reason}`);
  const host = new EngineHost({ launch: launch('work'), onDied: died('work') });
  const pictures = new EngineHost({ launch: launch('pictures'), onDied: died('pictures') });
  const previewer = new EngineHost({
    launch: launch('pictures'),
    cancelGrace: PREVIEW_GRACE_MS,
    idleAfter: PREVIEW_IDLE_MS,
    onDied: died('previews'),
  });
  settings.onChange((now, before) => {
    if (now.memoryLimit === before.memoryLimit) return;
    for (const each of [host, pictures, previewer]) each.renew();
  });
  const library = new ModelLibrary({
    folder: folder.root,
    catalogue: CATALOGUE,
    bundled: options.shipped,
    ownCatalogues: path.join(folder.root, 'catalogues'),
    describe: (file, signal, { dequantise }) =>
      host.call('model.describe', { file, ...(dequantise && { dequantise }) }, { ...(signal && { signal }) }),
    prove: (file, descriptor) => pictures.call('model.prove', { file, descriptor }),
    convert: ({ entry, files, outFolder, isOwn, dequantise, onProgress }, signal) =>
      host.call(
        'model.convert',
        {
          ...{ entry, files: [...files], outFolder },
          ...(isOwn && { isOwn }),
          ...(dequantise && { dequantise }),
        },
        { ...(signal && { signal }), onEvent: ({ fraction }) => onProgress?.(fraction) },
      ),
  });
  const bundles = new BundleLibrary({
    folder: folder.root,
    isTaken: (id) => library.list().some(({ entry }) => entry.id === id),
    convert: ({ onProgress, vocabulary, ...request }, signal) =>
      host.call(
        'bundle.convert',
        { ...request, ...(vocabulary !== undefined && { vocabulary }) },
        { ...(signal && { signal }), onEvent: ({ fraction }) => onProgress?.(fraction) },
      ),
  });
  const learnt = new LearntLibrary(
    folder.models,
    (id) => library.list().some(({ entry }) => entry.id === id) || bundles.get(id) !== undefined,
  );
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
    bundles: { get: (id) => bundles.get(id), cache: path.join(folder.root, 'cache', 'weights') },
    learnt,
    work: folder.work,
    parts: folder.parts,
    software: `Gesso ${version()}`,
  });
  return {
    folder,
    settings,
    store,
    library,
    bundles,
    learnt,
    host,
    pictures,
    previewer,
    newHost: () => new EngineHost({ launch: launch('work'), onDied: died('work') }),
    runner,
    readyModels,
    close() {
      host.close();
      pictures.close();
      previewer.close();
      store.close();
    },
  };
}

function limitInBytes(limit: StoredSettings['memoryLimit']): string | undefined {
  // Undefined where main itself was started with one: a wrapper's wish is kept.
  return limit === 'auto' ? process.env.GESSO_MEMORY_LIMIT : String(limit * 1e9);
}
