import type { Bridge, Call, Outcome } from '../contract/bridge.ts';
import type { Args, Channel, EventName, Payload, Reply } from '../contract/channels.ts';
import { GessoError } from '../contract/errors.ts';
import type { Client } from './client.ts';

/**
 * What the page gets: named functions only, never a channel's name and never a path. Files dropped by the user are
 * turned into paths here, on their way to main.
 */
export function makeBridge({ call, on }: Client, pathOf: (file: unknown) => string): Bridge {
  const ask =
    <C extends Channel>(channel: C) =>
    (args: Args<C>): Promise<Outcome<Reply<C>>> =>
      call(channel, args).outcome;
  const get =
    <C extends Channel>(channel: C) =>
    (): Promise<Outcome<Reply<C>>> =>
      call(channel, undefined as Args<C>).outcome;
  const hear =
    <E extends EventName>(event: E) =>
    (listener: (payload: Payload<E>) => void): (() => void) =>
      on(event, listener);

  const dropped = <R>(files: readonly unknown[], ask: (paths: string[]) => Call<R>): Call<R> => {
    try {
      const paths = files.map(pathOf);
      if (!paths.some((path) => path === '')) return ask(paths);
      throw new GessoError(
        'input/unsupported',
        'What was dropped is not a file on this machine.',
        'Save it first, then drop the saved file.',
      );
    } catch (thrown) {
      const outcome = Promise.resolve({ ok: false, error: GessoError.from(thrown).toRecord() } as const);
      return { outcome, cancel() {} };
    }
  };

  return {
    getState: get('app.state'),
    setTheme: ask('app.setTheme'),
    setTextSize: ask('app.setTextSize'),
    setLanguage: ask('app.setLanguage'),
    getReport: get('report.get'),
    saveReport: get('report.save'),
    readReport: get('report.read'),
    saveSession: ask('session.save'),
    openSources: ask('sources.open'),
    addDropped: (files, studio) => dropped(files, (paths) => call('sources.add', { paths, studio })).outcome,
    pasteSources: ask('sources.paste'),
    openRecent: ask('recent.open'),
    clearRecent: get('recent.clear'),
    addSample: ask('sources.sample'),
    removeSources: ask('sources.remove'),
    bringBackSources: ask('sources.bringBack'),
    viewSource: ask('source.view'),
    runPreview: (args) => call('preview.run', args),
    watchLive: ask('live.watch'),
    warmPreview: ask('preview.warm'),
    chooseFolder: ask('folder.choose'),
    savePreset: ask('preset.save'),
    renamePreset: ask('preset.rename'),
    removePreset: ask('preset.remove'),
    exportPreset: ask('preset.export'),
    importPreset: get('preset.import'),
    startRestore: ask('restore.start'),
    startInterpolation: ask('interpolate.start'),
    startStyle: ask('style.start'),
    chooseGenerateFile: ask('generate.choose'),
    previewPattern: (args) => call('generate.preview', args),
    makePatternThumbs: get('generate.thumbs'),
    countTokens: ask('generate.countTokens'),
    startGenerate: ask('generate.start'),
    viewMade: ask('made.view'),
    forgetMade: ask('made.forget'),
    openMade: ask('made.open'),
    takeDropped: (files) => dropped(files, (paths) => call('generate.take', { paths })),
    importBundle: (args) => call('bundles.import', args),
    removeBundle: ask('bundles.remove'),
    favourPrompt: ask('prompts.favour'),
    clearPrompts: get('prompts.clear'),
    saveSheet: ask('generate.saveSheet'),
    chooseToLearn: ask('learn.choose'),
    takeToLearn: (files) => dropped(files, (paths) => call('learn.take', { paths })).outcome,
    chooseLearnMask: get('learn.chooseMask'),
    takeLearnMask: (files) => dropped(files, (paths) => call('learn.takeMask', { paths })).outcome,
    sampleToLearn: (args) => call('learn.sample', args),
    countToLearn: ask('learn.count'),
    startLearning: ask('learn.start'),
    goOnLearning: ask('learn.goOn'),
    forgetTraining: ask('learn.forget'),
    renameLearnt: ask('learn.rename'),
    removeLearnt: ask('learn.remove'),
    askLearnt: (args) => call('learn.use', args),
    lookAtLearnt: (args) => call('learn.look', args),
    lookAway: get('learn.lookAway'),
    openLearnt: ask('learn.open'),
    revealLearnt: ask('learn.reveal'),
    saveProject: ask('project.save'),
    openProject: get('project.open'),
    onProjectOpened: hear('project.opened'),
    saveMask: ask('mask.save'),
    readMask: ask('mask.read'),
    openStyles: get('styles.open'),
    addStyles: (files) => dropped(files, (paths) => call('styles.add', { paths })).outcome,
    removeStyle: ask('styles.remove'),
    favourStyle: ask('styles.favour'),
    makeStyleThumbs: (args) => call('style.thumbs', args),
    previewStyle: (args) => call('style.preview', args),
    planClip: ask('clip.plan'),
    lookAtClip: (args) => call('clip.look', args),
    makeThumbs: (args) => call('clip.thumbs', args),
    readFrames: (args) => call('clip.frames', args),
    previewClip: (args) => call('clip.preview', args),
    lookBetween: (args) => call('clip.between', args),
    cancelQueue: ask('queue.cancel'),
    pauseQueue: ask('queue.pause'),
    retryQueue: ask('queue.retry'),
    listJobs: get('jobs.list'),
    listJobItems: ask('jobs.items'),
    moveJob: ask('jobs.move'),
    forgetJobs: ask('jobs.forget'),
    takeItemFirst: ask('item.first'),
    openItem: ask('item.open'),
    copyResult: ask('result.copy'),
    revealResult: ask('result.reveal'),
    exportResult: ask('result.export'),
    installModels: (args) => call('models.install', args),
    discardModel: ask('models.discard'),
    verifyModels: ask('models.verify'),
    importModel: () => call('models.import', {}),
    importDropped: (files) => dropped(files, (paths) => call('models.import', { paths })),
    removeModel: ask('models.remove'),
    changeSettings: ask('settings.change'),
    listDevices: get('device.list'),
    measureDevices: (args) => call('device.measure', args),
    getData: get('data.get'),
    revealData: get('data.reveal'),
    moveData: (args) => call('data.move', args),
    restart: get('app.restart'),
    captureKeys: ask('keys.capture'),
    getAbout: get('about.get'),
    getNotice: ask('about.notice'),
    openChromiumNotices: get('about.chromium'),
    onSourcesChanged: hear('sources.changed'),
    onItemsProgressed: hear('items.progressed'),
    onPreviewMade: hear('preview.made'),
    onLiveMade: hear('live.made'),
    onClipLooking: hear('clip.looking'),
    onClipFrame: hear('clip.frame'),
    onClipLatest: hear('clip.latest'),
    onQueueChanged: hear('queue.changed'),
    onJobsChanged: hear('jobs.changed'),
    onRecentChanged: hear('recent.changed'),
    onPresetsChanged: hear('presets.changed'),
    onStylesChanged: hear('styles.changed'),
    onTasteChanged: hear('taste.changed'),
    onStyleThumb: hear('style.thumb'),
    onGenerateSketched: hear('generate.sketched'),
    onPatternThumb: hear('generate.thumb'),
    onMadeChanged: hear('made.changed'),
    onMadeProgressed: hear('made.progressed'),
    onBundlesChanged: hear('bundles.changed'),
    onBundlesProgressed: hear('bundles.progressed'),
    onPromptsChanged: hear('prompts.changed'),
    onTrainingsChanged: hear('trainings.changed'),
    onTrainingsProgressed: hear('trainings.progressed'),
    onLearnUsing: hear('learn.using'),
    onLearntChanged: hear('learnt.changed'),
    onModelsChanged: hear('models.changed'),
    onModelsProgressed: hear('models.progressed'),
    onSettingsChanged: hear('settings.changed'),
    onDeviceMeasuring: hear('device.measuring'),
    onLanguageChanged: hear('language.changed'),
    onDataMoving: hear('data.moving'),
    onActionRequested: hear('action.requested'),
    onReportReady: hear('report.ready'),
    onProblem: hear('problem.met'),
  };
}
