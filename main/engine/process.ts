import { readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { isDiffusionFile } from '../../models/architectures/diffusion/open.ts';
import type { ClipWatch } from './clips/latest-frame.ts';
import { factsOfSource } from './clips/source.ts';
import { devicesFor, offeredDevices, runtimeVersions, spareCores } from './inference/devices.ts';
import { measure } from './inference/measure.ts';
import { SessionThread } from './inference/sessions.ts';
import { closeInheritedSockets } from './inherited.ts';
import { preview } from './media/preview.ts';
import { probe } from './media/probe.ts';
import { cutTile, decodeLevel } from './media/pyramid.ts';
import { mediaVersions } from './media/versions.ts';
import { convertModel, describeModel, proveModel, runModel } from './models.ts';
import { readProject, writeProject } from './project-file.ts';
import type { FromEngine } from './protocol/messages.ts';
import type { Event } from './protocol/methods.ts';
import { type Handlers, serve } from './server.ts';
import { countPrompts } from './studios/generate/count-prompts.ts';
import { convertDiffusion } from './studios/generate/diffusion/bundle.ts';
import { checkDiffusion } from './studios/generate/diffusion/check.ts';
import { letGo } from './studios/generate/diffusion/kept-networks.ts';
import { makeDiffusionPicture } from './studios/generate/diffusion/picture.ts';
import { makeLatent } from './studios/generate/latent/make-latent.ts';
import { pictureRecipe } from './studios/generate/picture-recipe.ts';
import { makeRule } from './studios/generate/rules/make-rule.ts';
import { interpolateClip, planInterpolation } from './studios/interpolate/interpolate.ts';
import { lookBetween } from './studios/interpolate/look-between.ts';
import { lookAtFrames } from './studios/interpolate/look-frames.ts';
import { lookAtClip, previewClip } from './studios/interpolate/preview.ts';
import { letGoOfGraph } from './studios/learn/kept-graph.ts';
import { checkLearning } from './studios/learn/learn-check.ts';
import { drawPatterns } from './studios/learn/sample-patterns.ts';
import { lookAtScene } from './studios/learn/scene/look.ts';
import { train } from './studios/learn/train.ts';
import { useLearnt } from './studios/learn/use.ts';
import type { Watch } from './studios/restore/live-tiles.ts';
import { previewRegion, warmUp } from './studios/restore/preview.ts';
import { restorePicture } from './studios/restore/restore.ts';
import { stylePicture } from './studios/style/style.ts';
import { planStyleClip, styleClip } from './studios/style/style-clip.ts';

/**
 * The engine's entry: a plain Node child of main. It ends by itself when main is gone, so no engine is ever orphaned.
 */
// A batch must not make the desktop stutter; what the user waits for may. On Linux this is said of a thread, and the
// threads it starts inherit it: so before the first.
if (process.argv[2] !== 'pictures')
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not permitted here; only politeness is lost.
  }

closeInheritedSockets();

const sessions = new SessionThread(new URL('./sessions.js', import.meta.url));

/** Anonymous memory of this process, bytes: what it really took, without mapped files. */
function rssAnon(): number {
  try {
    const kilobytes = readFileSync('/proc/self/status', 'utf8').match(/RssAnon:\s+(\d+)/)?.[1];
    if (kilobytes) return Number(kilobytes) * 1024;
  } catch {
    // Not Linux.
  }
  return process.memoryUsage.rss();
}

/** A retry with smaller tiles starts its tiles again; the bar waits for it instead of falling. */
function rising(emit: (fraction: number) => void) {
  let last = 0;
  const report = (fraction: number) => {
    if (fraction <= last) return;
    last = fraction;
    emit(fraction);
  };
  return Object.assign(report, { last: () => last });
}

/** Pictures that somebody looks at while they are restored, by the work folder of the call. */
const watches = new Map<string, Watch>();
/** Clips that somebody looks at while they are made, by the folder of their parts. */
const clipWatches = new Map<string, ClipWatch>();

// What diffusion keeps open is let go before anything else that wants memory.
const handlers: Handlers = {
  'engine.hello': async () => ({
    pid: process.pid,
    node: process.version,
    devices: devicesFor('auto'),
    offered: offeredDevices(),
    versions: { ...runtimeVersions(), ...mediaVersions(), node: process.versions.node },
  }),
  'engine.memory': async () => ({ rssAnon: rssAnon() }),
  'engine.spare': async ({ cores }) => spareCores(cores),
  'picture.probe': async ({ file }) => {
    const { format, width, height, depth, colour, hasAlpha, pages, profile } = await probe(file);
    return {
      format,
      width,
      height,
      depth,
      colour,
      hasAlpha,
      pages,
      ...(profile && { profile: profile.name }),
    };
  },
  'picture.preview': preview,
  'picture.decode': ({ file, folder }) => decodeLevel(file, folder),
  'picture.tile': cutTile,
  'preview.warm': (params) => warmUp(params, sessions),
  'preview.run': (params, { checkpoint, emit }) =>
    previewRegion(params, { sessions, checkpoint, made: emit }),
  'restore.picture': (params, { checkpoint, emit }) => {
    const progress = rising((fraction) => emit({ fraction }));
    return letGo()
      .then(() =>
        restorePicture(params, {
          sessions,
          checkpoint,
          progress,
          tileChosen: (tile) => emit({ fraction: progress.last(), tile }),
          watched: () => watches.get(params.work),
          showed: (piece) => emit({ fraction: progress.last(), piece }),
        }),
      )
      .finally(() => watches.delete(params.work));
  },
  'style.picture': (params, { checkpoint, emit }) => {
    const progress = rising((fraction) => emit({ fraction }));
    return letGo().then(() =>
      stylePicture(params, {
        sessions,
        checkpoint,
        progress,
        tileChosen: (tile) => emit({ fraction: progress.last(), tile }),
      }),
    );
  },
  'style.planClip': planStyleClip,
  'style.clip': (params, { checkpoint, emit }) =>
    letGo()
      .then(() =>
        styleClip(params, {
          sessions,
          checkpoint,
          progress: emit,
          segmentDone: (segment) => emit({ segment }),
          tileChosen: (tile) => emit({ tile }),
          watched: () => clipWatches.get(params.parts),
          showed: (latest) => emit({ latest }),
        }),
      )
      .finally(() => clipWatches.delete(params.parts)),
  'bundle.convert': (params, { checkpoint, emit }) =>
    letGo().then(() =>
      convertDiffusion(params, {
        sessions,
        checkpoint,
        progress: rising((fraction) => emit({ fraction })),
      }),
    ),
  'bundle.recognise': async ({ source }) => ({ isDiffusion: await isDiffusionFile(source) }),
  'generate.diffusion': (params, { checkpoint, emit }) =>
    makeDiffusionPicture(params, { sessions, checkpoint, emit }),
  'generate.countTokens': countPrompts,
  'picture.recipe': pictureRecipe,
  'generate.check': (params, { checkpoint, emit }) =>
    checkDiffusion(params, { sessions, checkpoint, checked: emit }),
  'generate.latent': (params, { checkpoint, emit }) =>
    letGo().then(() => makeLatent(params, { sessions, checkpoint, emit })),
  'generate.rule': (params, { checkpoint, emit }) => {
    const progress = rising((fraction) => emit({ fraction }));
    const preview = (made: Event<'generate.rule'>['preview']) =>
      emit({ fraction: progress.last(), preview: made });
    return makeRule(params, { checkpoint, progress, preview });
  },
  'restore.watch': async ({ work, watch }) => {
    if (watch) watches.set(work, watch);
    else watches.delete(work);
  },
  'interpolate.plan': planInterpolation,
  'clip.facts': factsOfSource,
  'clip.analyse': lookAtClip,
  'clip.preview': (params, { checkpoint, emit }) => previewClip(params, { sessions, checkpoint, emit }),
  'clip.frames': lookAtFrames,
  'clip.between': (params, { checkpoint }) => lookBetween(params, { sessions, checkpoint }),
  'interpolate.watch': async ({ parts, watch }) => {
    if (watch) clipWatches.set(parts, watch);
    else clipWatches.delete(parts);
  },
  'interpolate.clip': (params, { checkpoint, emit }) =>
    letGo()
      .then(() =>
        interpolateClip(params, {
          sessions,
          checkpoint,
          progress: emit,
          segmentDone: (segment) => emit({ segment }),
          flowScaleChosen: (flowScale) => emit({ flowScale }),
          watched: () => clipWatches.get(params.parts),
          showed: (latest) => emit({ latest }),
        }),
      )
      .finally(() => clipWatches.delete(params.parts)),
  'device.measure': (params, { checkpoint, emit }) =>
    measure(params, { sessions, checkpoint, progress: (fraction) => emit({ fraction }) }),
  'model.convert': (params, { emit }) => convertModel(params, sessions, (fraction) => emit({ fraction })),
  'model.describe': describeModel,
  'model.prove': (params) => proveModel(params, sessions),
  'model.run': (params) => runModel(params, sessions),
  'learn.check': (params) => checkLearning(params, sessions),
  'learn.train': (params, { checkpoint, emit }) =>
    letGo().then(() => train(params, { sessions, checkpoint, emit })),
  'learn.drawPatterns': (params, { checkpoint }) => drawPatterns(params, checkpoint),
  'learn.look': (params, { checkpoint }) => lookAtScene(params, { sessions, checkpoint }),
  'learn.lookAway': () => letGoOfGraph(sessions),
  'learn.use': (params, { checkpoint, emit }) => useLearnt(params, { sessions, checkpoint, emit }),
  'project.write': writeProject,
  'project.read': readProject,
};

if (!process.send) {
  console.error('The engine is started by Gesso, not by hand.');
  process.exit(2);
}
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; main decides how the work in hand ends.
process.on('SIGINT', () => {});
serve(
  {
    send: (message: FromEngine) => {
      if (process.connected) process.send?.(message);
    },
    onMessage: (listener) => process.on('message', listener),
  },
  handlers,
  rssAnon,
);
