import type { Args, Channel, EventName, Payload, Reply } from './channels.ts';
import type { ErrorRecord } from './errors.ts';
import type { Studio } from './tasks.ts';

/** What a call came to. Errors cross to the page as records: Electron's bridge would strip them to their message. */
export type Outcome<R> = { ok: true; value: R } | { ok: false; error: ErrorRecord };

export interface Call<R> {
  outcome: Promise<Outcome<R>>;
  cancel(): void;
}

type Ask<C extends Channel> = (args: Args<C>) => Promise<Outcome<Reply<C>>>;
type Get<C extends Channel> = () => Promise<Outcome<Reply<C>>>;
/** Hears an event until the returned function is called. */
type Hear<E extends EventName> = (listener: (payload: Payload<E>) => void) => () => void;

/** `window.gesso`: all that the page can do outside itself. Named functions, never a channel's name, never a path. */
export interface Bridge {
  getState: Get<'app.state'>;
  setTheme: Ask<'app.setTheme'>;
  setTextSize: Ask<'app.setTextSize'>;
  setLanguage: Ask<'app.setLanguage'>;
  getReport: Get<'report.get'>;
  saveReport: Get<'report.save'>;
  readReport: Get<'report.read'>;
  saveSession: Ask<'session.save'>;
  openSources: Ask<'sources.open'>;
  /** Real Files of a drop; one without a path (made by a script) is refused. */
  addDropped(files: readonly unknown[], studio: Studio): Promise<Outcome<Reply<'sources.add'>>>;
  pasteSources: Ask<'sources.paste'>;
  openRecent: Ask<'recent.open'>;
  clearRecent: Get<'recent.clear'>;
  addSample: Ask<'sources.sample'>;
  removeSources: Ask<'sources.remove'>;
  bringBackSources: Ask<'sources.bringBack'>;
  viewSource: Ask<'source.view'>;
  /** Worth cancelling. */
  runPreview(args: Args<'preview.run'>): Call<Reply<'preview.run'>>;
  watchLive: Ask<'live.watch'>;
  warmPreview: Ask<'preview.warm'>;
  chooseFolder: Ask<'folder.choose'>;
  savePreset: Ask<'preset.save'>;
  renamePreset: Ask<'preset.rename'>;
  removePreset: Ask<'preset.remove'>;
  exportPreset: Ask<'preset.export'>;
  importPreset: Get<'preset.import'>;
  startRestore: Ask<'restore.start'>;
  startInterpolation: Ask<'interpolate.start'>;
  startStyle: Ask<'style.start'>;
  chooseGenerateFile: Ask<'generate.choose'>;
  /** Worth cancelling, as are the two that give a `Call` below. */
  previewPattern(args: Args<'generate.preview'>): Call<Reply<'generate.preview'>>;
  makePatternThumbs: Get<'generate.thumbs'>;
  countTokens: Ask<'generate.countTokens'>;
  startGenerate: Ask<'generate.start'>;
  viewMade: Ask<'made.view'>;
  forgetMade: Ask<'made.forget'>;
  openMade: Ask<'made.open'>;
  /** Real Files of a drop, as above. */
  takeDropped(files: readonly unknown[]): Call<Reply<'generate.take'>>;
  /** Asks for a file or a folder. */
  importBundle(args: Args<'bundles.import'>): Call<Reply<'bundles.import'>>;
  removeBundle: Ask<'bundles.remove'>;
  favourPrompt: Ask<'prompts.favour'>;
  clearPrompts: Get<'prompts.clear'>;
  saveSheet: Ask<'generate.saveSheet'>;
  chooseToLearn: Ask<'learn.choose'>;
  /** Real Files of a drop, as above. */
  takeToLearn(files: readonly unknown[]): Promise<Outcome<Reply<'learn.take'>>>;
  chooseLearnMask: Get<'learn.chooseMask'>;
  /** A real File of a drop, as above. */
  takeLearnMask(files: readonly unknown[]): Promise<Outcome<Reply<'learn.takeMask'>>>;
  sampleToLearn(args: Args<'learn.sample'>): Call<Reply<'learn.sample'>>;
  countToLearn: Ask<'learn.count'>;
  startLearning: Ask<'learn.start'>;
  goOnLearning: Ask<'learn.goOn'>;
  forgetTraining: Ask<'learn.forget'>;
  renameLearnt: Ask<'learn.rename'>;
  removeLearnt: Ask<'learn.remove'>;
  askLearnt(args: Args<'learn.use'>): Call<Reply<'learn.use'>>;
  lookAtLearnt(args: Args<'learn.look'>): Call<Reply<'learn.look'>>;
  lookAway: Get<'learn.lookAway'>;
  openLearnt: Ask<'learn.open'>;
  revealLearnt: Ask<'learn.reveal'>;
  saveProject: Ask<'project.save'>;
  openProject: Get<'project.open'>;
  onProjectOpened: Hear<'project.opened'>;
  saveMask: Ask<'mask.save'>;
  readMask: Ask<'mask.read'>;
  openStyles: Get<'styles.open'>;
  /** Real Files of a drop, as above. */
  addStyles(files: readonly unknown[]): Promise<Outcome<Reply<'styles.add'>>>;
  removeStyle: Ask<'styles.remove'>;
  favourStyle: Ask<'styles.favour'>;
  /** Both are worth cancelling. */
  makeStyleThumbs(args: Args<'style.thumbs'>): Call<Reply<'style.thumbs'>>;
  previewStyle(args: Args<'style.preview'>): Call<Reply<'style.preview'>>;
  planClip: Ask<'clip.plan'>;
  /** These of clips are worth cancelling. */
  lookAtClip(args: Args<'clip.look'>): Call<Reply<'clip.look'>>;
  makeThumbs(args: Args<'clip.thumbs'>): Call<Reply<'clip.thumbs'>>;
  readFrames(args: Args<'clip.frames'>): Call<Reply<'clip.frames'>>;
  previewClip(args: Args<'clip.preview'>): Call<Reply<'clip.preview'>>;
  lookBetween(args: Args<'clip.between'>): Call<Reply<'clip.between'>>;
  cancelQueue: Ask<'queue.cancel'>;
  pauseQueue: Ask<'queue.pause'>;
  retryQueue: Ask<'queue.retry'>;
  listJobs: Get<'jobs.list'>;
  listJobItems: Ask<'jobs.items'>;
  moveJob: Ask<'jobs.move'>;
  forgetJobs: Ask<'jobs.forget'>;
  takeItemFirst: Ask<'item.first'>;
  openItem: Ask<'item.open'>;
  copyResult: Ask<'result.copy'>;
  revealResult: Ask<'result.reveal'>;
  exportResult: Ask<'result.export'>;
  /** Worth cancelling, as are the others that give a `Call`. */
  installModels(args: Args<'models.install'>): Call<Reply<'models.install'>>;
  discardModel: Ask<'models.discard'>;
  verifyModels: Ask<'models.verify'>;
  /** Asks for a file. */
  importModel(): Call<Reply<'models.import'>>;
  /** Real Files of a drop, as above. */
  importDropped(files: readonly unknown[]): Call<Reply<'models.import'>>;
  removeModel: Ask<'models.remove'>;
  changeSettings: Ask<'settings.change'>;
  listDevices: Get<'device.list'>;
  measureDevices(args: Args<'device.measure'>): Call<Reply<'device.measure'>>;
  getData: Get<'data.get'>;
  revealData: Get<'data.reveal'>;
  moveData(args: Args<'data.move'>): Call<Reply<'data.move'>>;
  restart: Get<'app.restart'>;
  captureKeys: Ask<'keys.capture'>;
  getAbout: Get<'about.get'>;
  getNotice: Ask<'about.notice'>;
  openChromiumNotices: Get<'about.chromium'>;
  onSourcesChanged: Hear<'sources.changed'>;
  onItemsProgressed: Hear<'items.progressed'>;
  onPreviewMade: Hear<'preview.made'>;
  onLiveMade: Hear<'live.made'>;
  onClipLooking: Hear<'clip.looking'>;
  onClipFrame: Hear<'clip.frame'>;
  onClipLatest: Hear<'clip.latest'>;
  onQueueChanged: Hear<'queue.changed'>;
  onJobsChanged: Hear<'jobs.changed'>;
  onRecentChanged: Hear<'recent.changed'>;
  onPresetsChanged: Hear<'presets.changed'>;
  onStylesChanged: Hear<'styles.changed'>;
  onTasteChanged: Hear<'taste.changed'>;
  onStyleThumb: Hear<'style.thumb'>;
  onGenerateSketched: Hear<'generate.sketched'>;
  onPatternThumb: Hear<'generate.thumb'>;
  onMadeChanged: Hear<'made.changed'>;
  onMadeProgressed: Hear<'made.progressed'>;
  onBundlesChanged: Hear<'bundles.changed'>;
  onBundlesProgressed: Hear<'bundles.progressed'>;
  onPromptsChanged: Hear<'prompts.changed'>;
  onTrainingsChanged: Hear<'trainings.changed'>;
  onTrainingsProgressed: Hear<'trainings.progressed'>;
  onLearnUsing: Hear<'learn.using'>;
  onLearntChanged: Hear<'learnt.changed'>;
  onModelsChanged: Hear<'models.changed'>;
  onModelsProgressed: Hear<'models.progressed'>;
  onSettingsChanged: Hear<'settings.changed'>;
  onDeviceMeasuring: Hear<'device.measuring'>;
  onLanguageChanged: Hear<'language.changed'>;
  onDataMoving: Hear<'data.moving'>;
  onActionRequested: Hear<'action.requested'>;
  onReportReady: Hear<'report.ready'>;
  onProblem: Hear<'problem.met'>;
}
