import { GessoError } from '../../contract/errors.ts';
import type { LanguageView } from '../../contract/views.ts';
import { speak } from '../ui/words.ts';
import { bridge, value } from './bridge.ts';
import { takeMade, takeMadeProgress } from './generate-changes.ts';
import { hearMenu } from './keys.ts';
import { takeLearning, takeTrainingProgress, takeUsing } from './learn-changes.ts';
import { showTitle, takeProject } from './project.ts';
import { keepSession, stateOf } from './session.ts';
import { getState, setState, takeSources } from './store.ts';
import { keepHistory } from './undo.ts';

/** Joins the page to main: hears every event first, then takes in the whole state. */
export async function connect(): Promise<void> {
  bridge.onSourcesChanged(({ changed, removed }) => {
    // What is told before the whole state has come is in it; a part alone would choose the wrong picture to show.
    if (getState().phase !== 'loading') takeSources(changed, removed);
  });
  bridge.onItemsProgressed((items) =>
    setState(({ progress, frames }) => ({
      progress: {
        ...progress,
        ...Object.fromEntries(items.map(({ source, fraction }) => [source, fraction])),
      },
      frames: { ...frames, ...Object.fromEntries(items.map((item) => [item.source, item.frames])) },
    })),
  );
  bridge.onQueueChanged((queue) => setState({ queue }));
  bridge.onJobsChanged((jobs) => setState({ jobs }));
  bridge.onRecentChanged((recent) => setState({ recent }));
  bridge.onPresetsChanged((presets) => setState({ presets }));
  bridge.onStylesChanged((stylePictures) => setState({ stylePictures }));
  bridge.onTasteChanged((taste) => setState({ taste }));
  bridge.onMadeChanged(({ changed, removed }) => {
    if (getState().phase !== 'loading') takeMade(changed, removed);
  });
  bridge.onMadeProgressed(takeMadeProgress);
  bridge.onBundlesChanged((bundles) => setState({ bundles }));
  bridge.onBundlesProgressed(({ fraction }) => {
    const { importingBundle } = getState();
    if (importingBundle) setState({ importingBundle: { ...importingBundle, fraction } });
  });
  bridge.onPromptsChanged((prompts) => setState({ prompts }));
  bridge.onTrainingsChanged((trainings) => takeLearning({ trainings }));
  bridge.onTrainingsProgressed(takeTrainingProgress);
  bridge.onLearnUsing(takeUsing);
  bridge.onLearntChanged((learnt) => takeLearning({ learnt }));
  bridge.onPatternThumb(({ rule, url }) =>
    setState(({ patternThumbs }) => ({ patternThumbs: { ...patternThumbs, [rule]: url } })),
  );
  bridge.onModelsChanged((models) => setState({ models }));
  bridge.onModelsProgressed(({ id, phase, fraction }) => {
    const { installing, importing } = getState();
    if (id === undefined) {
      if (importing) setState({ importing: { ...importing, fraction } });
    } else if (installing) setState({ installing: { ...installing, id, phase, fraction } });
  });
  bridge.onDeviceMeasuring(({ device, fraction }) => {
    const { measuring } = getState();
    if (measuring) setState({ measuring: { ...measuring, device, fraction } });
  });
  bridge.onDataMoving(({ fraction }) => {
    const { moving } = getState();
    if (moving) setState({ moving: { ...moving, fraction } });
  });
  bridge.onSettingsChanged((appSettings) => setState({ appSettings }));
  bridge.onLanguageChanged(takeLanguage);
  bridge.onActionRequested(({ id }) => hearMenu(id));
  bridge.onProjectOpened((opened) => {
    if (getState().phase !== 'loading') takeProject(opened);
  });
  bridge.onReportReady(() => setState({ hasReport: true }));
  bridge.onProblem((notice) => setState({ notice }));
  try {
    const { sources, session, language, problem, training, ...state } = await value(bridge.getState());
    takeLanguage(language);
    setState({ phase: 'ready', ...state, ...(session && stateOf(session)), notice: problem });
    takeTrainingProgress(training);
    takeSources(sources, []);
    showTitle(state.project);
    keepSession();
    keepHistory();
  } catch (thrown) {
    setState({ phase: 'failed', notice: GessoError.from(thrown).toRecord() });
  }
}

function takeLanguage(language: LanguageView): void {
  speak(language.spoken);
  setState({ language });
}
