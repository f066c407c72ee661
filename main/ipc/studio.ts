import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Payload, Port, Reply, ToPage } from '../../contract/channels.ts';
import { type ErrorRecord, GessoError } from '../../contract/errors.ts';
import type { Studio as StudioName } from '../../contract/tasks.ts';
import type { ModelView } from '../../contract/views.ts';
import { isRecipeFile } from '../jobs/recipe-file.ts';
import type { ItemRecord } from '../jobs/records.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { Background } from './background.ts';
import { Batch } from './batch.ts';
import { ClipFiles } from './clip-files.ts';
import { ClipPieces } from './clip-pieces.ts';
import { ClipViews } from './clip-views.ts';
import { Courtesy } from './courtesy.ts';
import { DataPlace } from './data-place.ts';
import type { Desktop } from './desktop.ts';
import { Devices } from './devices.ts';
import { FramePace } from './frame-pace.ts';
import { GenerateRoom } from './generate-room.ts';
import { Herald } from './herald.ts';
import { Ids } from './ids.ts';
import { JobsView } from './jobs-view.ts';
import { LearnRoom } from './learn-room.ts';
import { LiveResults } from './live-results.ts';
import { Masks } from './masks.ts';
import { ModelPreview } from './model-preview.ts';
import { viewModels } from './models-view.ts';
import { type Opened, openedFrom } from './opened.ts';
import { keepPasted } from './pasted.ts';
import { Pieces } from './pieces.ts';
import { Presets } from './presets.ts';
import { Previews } from './previews.ts';
import { isProjectFile, Projects } from './projects.ts';
import { Pyramids } from './pyramids.ts';
import { Recent } from './recent.ts';
import { Reports } from './report.ts';
import { type ChannelHandlers, type Served, servePage, toRecord } from './serve.ts';
import { Session } from './session.ts';
import { viewSettings } from './settings-view.ts';
import { Sources } from './sources.ts';
import { StylePictures } from './style-pictures.ts';
import { StyleViews } from './style-views.ts';
import { Tally } from './tally.ts';
import type { Words } from './words.ts';

/** Live progress reaches the page at most this often; milliseconds. */
const BATCH_MS = 100;
/** The list of jobs is read from the disk each time. */
const JOBS_MS = 200;

/** What came of opening something. */
type OpenedNow = Reply<'sources.add'>;
type Progress = Payload<'items.progressed'>[number];

export interface StudioOptions {
  workshop: Workshop;
  desktop: Desktop;
  words: Words;
  version: string;
  /** The file with the licences of everything inside. */
  notices: string;
  onProblem(problem: unknown): void;
}

/** The window's half of main: open pictures, the queue in the background, and the line to the page. */
export class Studio {
  readonly previews: Previews;
  readonly pyramids: Pyramids;
  /** What is on its way to the canvas. */
  readonly pieces: { readonly preview: Pieces; readonly live: Pieces; readonly clips: ClipPieces };
  readonly clips: ClipViews;
  readonly stylePictures: StylePictures;
  readonly styles: StyleViews;
  readonly generate: GenerateRoom;
  readonly learn: LearnRoom;
  readonly masks: Masks;
  readonly projects: Projects;
  readonly jobs: JobsView;
  readonly preview: ModelPreview;
  readonly live: LiveResults;
  readonly courtesy: Courtesy;
  readonly reports: Reports;
  readonly sources: Sources;
  readonly background: Background;
  /** Folders that were chosen for results. */
  readonly folders = new Ids<string>('folder');
  readonly session: Session;
  readonly devices: Devices;
  readonly data: DataPlace;
  readonly presets: Presets;
  readonly recent: Recent;
  readonly tally = new Tally();
  /** What went wrong before the page could hear of it. */
  #untold: ErrorRecord[] | undefined = [];
  #page: Served | undefined;
  readonly #changed = new Batch<string, ReturnType<Sources['list']>[number]>(BATCH_MS, (values) =>
    this.page?.emit('sources.changed', { changed: [...values.values()], removed: [] }),
  );
  readonly #frames = new FramePace();
  readonly #progress = new Batch<string, Omit<Progress, 'source'>>(BATCH_MS, (values) => {
    this.page?.emit(
      'items.progressed',
      [...values].map(([source, progress]) => ({ source, ...progress })),
    );
    this.tellQueue();
  });

  readonly #queue = new Batch<'queue', true>(BATCH_MS, () => {
    const queue = this.tally.view();
    this.#herald.tell(queue);
    this.page?.emit('queue.changed', queue);
    this.#jobs.set('jobs', true);
    // What was restored tells how fast the models are.
    if (!queue.working && queue.finished > 0) this.page?.emit('models.changed', this.models());
  });
  readonly #jobs = new Batch<'jobs', true>(JOBS_MS, () => this.page?.emit('jobs.changed', this.jobs.list()));
  readonly #herald: Herald;

  constructor(readonly options: StudioOptions) {
    const { workshop, desktop, words, onProblem } = options;
    this.#herald = new Herald(desktop, words.t);
    this.previews = new Previews(
      path.join(workshop.folder.cache, 'previews'),
      (file, target, longestSide, exact, display) =>
        workshop.pictures.call('picture.preview', { file, target, longestSide, exact, display }),
    );
    this.pyramids = new Pyramids(path.join(workshop.folder.cache, 'pyramids'), {
      decode: (file, folder) => workshop.pictures.call('picture.decode', { file, folder }),
      cut: (tile) => workshop.pictures.call('picture.tile', tile),
    });
    const pieces = (name: string) => new Pieces(path.join(workshop.folder.cache, 'pieces', name));
    this.pieces = {
      preview: pieces('preview'),
      live: pieces('live'),
      clips: new ClipPieces(path.join(workshop.folder.cache, 'clips')),
    };
    this.sources = new Sources({
      previews: this.previews,
      pyramids: this.pyramids,
      clips: new ClipFiles(workshop, this.pieces.clips),
      recipeOf: (job) => workshop.store.recipeOf(job),
      listener: {
        changed: (view) => this.#changed.set(view.id, view),
        removed: (ids) => {
          for (const id of ids) this.#changed.delete(id);
          this.page?.emit('sources.changed', { changed: [], removed: ids });
        },
        listed: () => this.session.changed(),
      },
    });
    this.clips = new ClipViews({
      workshop,
      sources: this.sources,
      pieces: this.pieces.clips,
      looking: (event) => this.page?.emit('clip.looking', event),
      made: (frame) => this.page?.emit('clip.frame', frame),
    });
    this.stylePictures = new StylePictures({
      file: path.join(workshop.folder.root, 'styles.json'),
      previews: this.previews,
      changed: (pictures) => {
        this.page?.emit('styles.changed', pictures);
        this.presets.shelfChanged();
      },
      tasteChanged: (taste) => this.page?.emit('taste.changed', taste),
      onProblem,
    });
    this.masks = new Masks(path.join(workshop.folder.root, 'masks'));
    this.styles = new StyleViews({
      workshop,
      sources: this.sources,
      pictures: this.stylePictures,
      masks: this.masks,
      pieces: this.pieces.clips,
      made: (thumb) => this.page?.emit('style.thumb', thumb),
    });
    this.generate = new GenerateRoom({
      ...{ workshop, sources: this.sources, previews: this.previews, pieces: this.pieces.clips },
      emit: (event, payload) => this.page?.emit(event, payload),
      onProblem,
    });
    this.learn = new LearnRoom({
      ...{ workshop, sources: this.sources, previews: this.previews, pieces: this.pieces.clips },
      emit: (event, payload) => this.page?.emit(event, payload),
      modelsChanged: () => this.page?.emit('models.changed', this.models()),
    });
    void this.learn.things.readCovers();
    this.projects = new Projects({
      workshop,
      sources: this.sources,
      masks: this.masks,
      styles: this.stylePictures,
    });
    this.jobs = new JobsView(workshop.store, this.sources);
    this.preview = new ModelPreview({
      workshop,
      sources: this.sources,
      pieces: this.pieces.preview,
      made: (piece) => this.page?.emit('preview.made', piece),
    });
    this.live = new LiveResults({
      runner: workshop.runner,
      sources: this.sources,
      pieces: this.pieces.live,
      clipPieces: this.pieces.clips,
      made: (piece) => this.page?.emit('live.made', piece),
      madeFrame: (frame) => this.page?.emit('clip.latest', frame),
      onProblem,
    });
    this.reports = new Reports({
      logs: workshop.folder.logs,
      version: options.version,
      store: workshop.store,
      known: () => this.sources.known(),
      ready: () => this.page?.emit('report.ready', undefined),
    });
    this.courtesy = new Courtesy(workshop.host);
    this.session = new Session({
      file: path.join(workshop.folder.root, 'session.json'),
      sources: this.sources,
      folders: this.folders,
      projects: this.projects,
      onProblem,
    });
    this.data = new DataPlace(workshop);
    this.devices = new Devices(() => workshop.pictures.call('engine.hello', undefined));
    workshop.settings.onChange((now, before) => {
      this.page?.emit('settings.changed', viewSettings(now, this.folders));
      if (now.device !== before.device) this.page?.emit('models.changed', this.models());
    });
    this.recent = new Recent({
      file: path.join(workshop.folder.root, 'recent.json'),
      changed: (opened) => {
        desktop.recentChanged(opened);
        this.page?.emit('recent.changed', this.recent.list());
      },
      onProblem,
    });
    this.presets = new Presets({
      file: path.join(workshop.folder.root, 'presets.json'),
      isKnown: (id) => workshop.library.list().some(({ entry }) => entry.id === id),
      shelf: this.stylePictures,
      files: this.generate.files,
      changed: (presets) => this.page?.emit('presets.changed', presets),
    });
    for (const problem of this.presets.load()) this.tellProblem(problem);
    this.background = new Background({
      store: workshop.store,
      runner: workshop.runner,
      listener: {
        itemStarted: (item) => {
          this.itemChanged(item);
          this.live.started(item);
          this.jobs.started(item);
          this.generate.heard.itemStarted(item);
          this.learn.heard.itemStarted(item);
          this.courtesy.working(true);
        },
        itemShowed: (item, piece) => this.live.showed(item, piece),
        itemMade: (item, frame) => this.live.showedFrame(item, frame),
        itemProgressed: (item, fraction) => {
          this.tally.progress(item.id, fraction);
          this.jobs.progressed(item, fraction);
          this.generate.heard.itemProgressed(item, fraction);
          this.learn.heard.itemProgressed(item, fraction);
          if (this.generate.has(item) || this.learn.has(item)) return this.tellQueue();
          this.#progress.set(this.sources.idOfItem(item), { fraction, frames: this.#frames.view(item) });
        },
        itemCounted: (item, frames) => this.#frames.count(item, frames),
        itemStepped: (item, steps) => this.generate.heard.itemStepped(item, steps),
        itemLearnt: (item, losses) => this.learn.heard.itemLearnt(item, losses),
        itemSketched: (item, sketch) => {
          this.generate.heard.itemSketched(item, sketch);
          this.learn.heard.itemSketched(item, sketch);
        },
        itemFinished: (item) => {
          this.#left(item);
          this.itemChanged(item);
        },
      },
      itemChanged: (item) => this.itemChanged(item),
      itemLeft: (item) => this.#left(item),
      paused: (isPaused) => {
        this.tally.pause(isPaused);
        this.tellQueue();
      },
      onProblem: (problem) => this.tellProblem(problem),
    });
  }

  get page(): Served | undefined {
    return this.#page;
  }

  /** Joins the page at the other end of `port`; an earlier page is let go. */
  connect(port: Port<ToPage>, handlers: ChannelHandlers): Served {
    this.#page?.close();
    this.#page = servePage(port, handlers, this.options.onProblem);
    return this.#page;
  }

  /** Something went wrong that no call of the page waits for; before it has asked for the state, it is kept. */
  tellProblem(problem: unknown): void {
    this.options.onProblem(problem);
    if (this.#untold) this.#untold.push(toRecord(problem));
    else this.page?.emit('problem.met', toRecord(problem));
  }

  /** The first thing that went wrong before; from now on problems are told at once. */
  takeUntold(): ErrorRecord | undefined {
    const [first] = this.#untold ?? [];
    this.#untold = undefined;
    return first;
  }

  /** Opens what was open when the window was last there, each with what the queue last made of it. */
  restoreSession(): void {
    this.session.restore();
    this.#pruneMasks();
    this.#attachLatest(this.sources.opened());
  }

  /** At a start no history names any: what counts is what is open, and what waits in the queue. */
  #pruneMasks(): void {
    const { store } = this.options.workshop;
    const waiting = JSON.stringify(
      [...new Set(store.unfinished().map(({ job }) => job))].map((job) => store.recipeOf(job)),
    );
    const open = JSON.stringify(this.session.page?.masks ?? {});
    this.masks.prune((id) => open.includes(id) || waiting.includes(id));
  }

  /**
   * Opens what was dropped, chosen, or named at a start: pictures, clips, folders of them, and recipe files, which
   * become presets. @param studio on screen
   * @throws GessoError for a recipe that cannot be used; the others are open all the same
   */
  async open(paths: readonly string[], asked: StudioName): Promise<OpenedNow> {
    // Learn has no list of pictures: what is opened there from the menu is restored.
    const studio = asked === 'learn' ? 'restore' : asked;
    const recipes = paths.filter(isRecipeFile);
    const project = paths.findLast(isProjectFile);
    const others = paths.filter((file) => !isRecipeFile(file) && !isProjectFile(file));
    if (project !== undefined) await this.openProject(project);
    const opened = await openedFrom(others, studio);
    const added = this.#add(opened);
    this.#attachLatest(opened);
    this.recent.add(others);
    const presets: string[] = [];
    const studios = new Set(opened.map((each) => each.studio));
    for (const file of recipes) {
      const preset = await this.presets.import(file);
      presets.push(preset.name);
      studios.add(preset.studio);
    }
    const [only, another] = studios;
    return { added, presets, ...(only && !another && { studio: only }) };
  }

  /** Opens a picture. */
  openOne(opened: Opened): void {
    this.#add([opened]);
    this.#attachLatest([opened]);
  }

  /** Generate begins with one picture: the last that was opened. */
  #add(opened: readonly Opened[]): number {
    const begun = opened.findLast(({ studio }) => studio === 'generate');
    const kept = opened.filter((each) => each.studio !== 'generate' || each === begun);
    const added = this.sources.add(kept);
    if (begun) {
      const id = this.sources.idOf(begun);
      const others = this.sources.list().filter((each) => each.studio === 'generate' && each.id !== id);
      if (others.length > 0) this.sources.remove(others.map((each) => each.id));
    }
    return added;
  }

  /** Opens a project in place of the pictures that are open. @throws GessoError project/broken, input/unreadable */
  async openProject(file: string): Promise<void> {
    this.data.refuseWhileMoving();
    const opened = await this.projects.open(file, this.session.page);
    this.session.keep(opened.page);
    // The page has the pictures before it hears which of them is on the canvas.
    this.#changed.flush();
    this.#attachLatest(this.sources.opened());
    this.recent.add([file]);
    this.page?.emit('project.opened', opened);
  }

  /** Opens what the system's clipboard holds. @throws GessoError input/unsupported where it holds no picture */
  async paste(studio: StudioName): Promise<OpenedNow> {
    const copied = await this.options.desktop.copied();
    if (!copied)
      throw new GessoError(
        'input/unsupported',
        'There is no picture to paste.',
        'Copy a picture, or picture files in the file manager, then paste again.',
      );
    if ('files' in copied) return this.open(copied.files, studio);
    this.data.refuseWhileMoving();
    const folder = path.join(this.options.workshop.folder.root, 'pasted');
    const pasted = await keepPasted(folder, copied.png, new Date());
    return this.open([pasted], studio === 'interpolate' ? 'restore' : studio);
  }

  /** Takes back that pictures were taken off the list. */
  bringBack(ids: readonly string[]): void {
    this.#attachLatest(this.sources.bringBack(ids));
  }

  #attachLatest(all: readonly Opened[]): void {
    for (const { path: file } of all) {
      const item = this.options.workshop.store.latestOf(file);
      if (item && (!item.result || existsSync(item.result.output))) this.sources.attach(item);
    }
  }

  /** Goes on with what an earlier run left: its unfinished jobs, each shown whole. */
  resume(): void {
    const { store } = this.options.workshop;
    const unfinished = store.unfinished();
    if (unfinished.length === 0) return;
    const items = [...new Set(unfinished.map(({ job }) => job))].flatMap((job) => store.items(job));
    const opened = items.filter((item) => !this.generate.has(item) && !this.learn.has(item));
    this.sources.add(opened.map((item) => this.sources.openedOf(item)));
    this.tally.begin();
    for (const item of items) this.itemChanged(item);
    this.background.wake();
  }

  /** Shows new items of a job as waiting, and begins. */
  queued(job: number): void {
    if (!this.tally.view().working) this.tally.begin();
    for (const item of this.options.workshop.store.items(job)) this.itemChanged(item);
    this.background.wake();
  }

  itemChanged(item: ItemRecord): void {
    if (item.status !== 'running') {
      this.#progress.delete(this.sources.idOfItem(item));
      this.#frames.forget(item);
    }
    const { studio } = this.sources.openedOf(item);
    this.tally.set(item.id, item.status, this.sources.pixelsOf(item), studio);
    this.sources.attach(item);
    this.generate.itemChanged(item);
    this.learn.itemChanged(item);
    this.tellQueue();
  }

  /** Nothing is in hand any more, however it ended. */
  #left(item: ItemRecord): void {
    this.live.finished();
    this.generate.heard.itemFinished(item);
    this.learn.heard.itemFinished(item);
    this.jobs.finished(item);
    this.courtesy.working(false);
  }

  /** The catalogue as the page shows it. */
  models(): ModelView[] {
    return viewModels(this.options.workshop, this.devices);
  }

  /** Where the next dialog begins. */
  rememberFolder(openedLast: string): void {
    const { settings } = this.options.workshop;
    if (settings.values.openedLast === openedLast) return;
    try {
      settings.change({ openedLast });
    } catch (problem) {
      // Not worth failing what was opened.
      this.options.onProblem(problem);
    }
  }

  /** @throws GessoError app/busy while the queue works: a measurement beside it would say little */
  refuseWhileWorking(): void {
    if (!this.tally.view().working) return;
    const hint = 'Wait until the queue is done, or cancel it.';
    throw new GessoError('app/busy', 'The queue is being worked off.', hint);
  }

  /** A job of a thousand items is told once, not a thousand times. */
  tellQueue(): void {
    this.#queue.set('queue', true);
  }

  async close(): Promise<void> {
    this.#page?.close();
    this.#changed.close();
    this.#progress.close();
    this.#queue.close();
    this.#jobs.close();
    this.courtesy.close();
    this.session.close();
    this.generate.close();
    this.learn.close();
    await this.background.close();
    await this.data.close();
  }
}
