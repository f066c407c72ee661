import { create } from 'zustand';
import type { Payload } from '../../contract/channels.ts';
import type { ClipPart, InterpolateStep } from '../../contract/clip-recipe.ts';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { PictureMasks } from '../../contract/masks.ts';
import type { CompareMode, PageSession, Panel, PlayerMode } from '../../contract/session.ts';
import type { SettingsView } from '../../contract/settings.ts';
import type { Sort } from '../../contract/sort.ts';
import {
  FIRST_LAYER,
  NO_TASTE,
  type StyleLayer,
  type StyleLook,
  type StyleTaste,
} from '../../contract/style-settings.ts';
import type { Studio } from '../../contract/tasks.ts';
import type {
  Display,
  JobView,
  LanguageView,
  ModelView,
  PresetView,
  QueueView,
  RecentView,
  SourceView,
  StylePictureView,
  TextSize,
  Theme,
} from '../../contract/views.ts';
import type { BrushState } from '../canvas/mask/tools.ts';
import type { Readout } from '../canvas/readout.ts';
import { type LibraryFilter, NO_FILTER } from '../library/filter.ts';
import { type Choice, chooseOne, keepChosen } from '../queue/choose-frames.ts';
import { sorted } from '../queue/sort-frames.ts';
import { FIRST_GENERATE, type GenerateState } from './generate-state.ts';
import { type Change, type History, NO_HISTORY } from './history.ts';
import { FIRST_LEARN, type LearnState } from './learn-state.ts';

export type RestoreSettings = PageSession['settings'];
export type StyleSettings = NonNullable<PageSession['style']>['settings'];
export type ClipSettings = NonNullable<PageSession['clip']>['settings'];

export const DEFAULT_SETTINGS: RestoreSettings = {
  family: 'span',
  scale: 2,
  strength: 1,
  before: [],
  after: [],
  output: { format: 'same', quality: 92, name: '{name}_{model}', existing: 'skip', stripPrivate: false },
};

export const DEFAULT_CLIP: ClipSettings = {
  step: {
    studio: 'interpolate',
    fps: '2x',
    slow: 1,
    rate: '25',
    scene: 'auto',
    duplicates: 'keep',
  },
  output: { codec: 'h264', name: '{name}_{fps}fps', existing: 'skip' },
};

/** A layer that shows nothing yet. */
export function plainLayer(id: string): StyleLayer {
  const look = { styles: [], strength: 1, keptColour: 0, brush: 1, detail: 0, exact: false };
  return { id, look, opacity: 1, blend: 'normal', isShown: true };
}

export const DEFAULT_STYLE: StyleSettings = {
  layers: [plainLayer(FIRST_LAYER)],
  layer: FIRST_LAYER,
  output: { format: 'same', quality: 92, name: '{name}_{style}', existing: 'skip', stripPrivate: false },
};

/** What each studio has of its own; that of the one on screen lies in the state itself. */
interface Room extends Choice {
  /** In the order of the strip, which is `sort`. */
  sources: SourceView[];
  sort: Sort;
  /** What can be undone and done again. */
  history: History<Change>;
}

export const EMPTY_ROOM: Room = {
  sources: [],
  sort: 'added',
  selected: undefined,
  chosen: [],
  history: NO_HISTORY,
};

interface Installing {
  /** Model that is being fetched or converted now. */
  id: string;
  phase: 'fetch' | 'convert';
  fraction: number;
  cancel(): void;
}

interface Preview {
  isWorking: boolean;
  /** 0..1 of what is in sight. */
  fraction: number;
}

type FramesDone = NonNullable<Payload<'items.progressed'>[number]['frames']>;

export interface StudioState extends Room, GenerateState, LearnState {
  /** The studio on screen. */
  studio: Studio;
  /** The rooms of the others. */
  away: Partial<Record<Studio, Room>>;
  phase: 'loading' | 'ready' | 'failed';
  version: string;
  platform: string;
  theme: Theme;
  textSize: TextSize;
  language: LanguageView;
  threads: number;
  /** 0..1 of what is running, by source; live only. */
  progress: Readonly<Record<string, number>>;
  /** Of clips that are worked on: frames that are encoded. */
  frames: Readonly<Record<string, FramesDone | undefined>>;
  queue: QueueView;
  /** What is taken next first, then what is over. */
  jobs: readonly JobView[];
  models: ModelView[];
  presets: PresetView[];
  /** Opened lately, the newest first. */
  recent: RecentView[];
  installing: Installing | undefined;
  /** Models whose turn comes after the one that is being installed. */
  toInstall: readonly string[];
  /** Models whose licence is told before they are fetched, and those that were agreed to since the window opened. */
  asking: readonly string[];
  agreed: readonly string[];
  /** A model file that is being taken in, and what the last one was. */
  importing: { fraction: number; cancel(): void } | undefined;
  imported: { name: string; isNew: boolean; notes: readonly string[] } | undefined;
  libraryFilter: LibraryFilter;
  /** Models that are ticked in the library, to be compared. */
  ticked: readonly string[];
  /** Models that are compared now, a pane each; undefined: the comparison is closed. */
  compared: readonly string[] | undefined;
  isVerifying: boolean;
  /** What the last verification found, by model. */
  verified: Readonly<Record<string, { problem: ErrorRecord | undefined } | undefined>>;
  /** The comparison of devices that runs now. */
  measuring: { device: string; fraction: number; cancel(): void } | undefined;
  /** The data is on its way to another folder. */
  moving: { fraction: number; cancel(): void } | undefined;
  /** What holds for the whole program; `settings` are the inspector's. */
  appSettings: SettingsView;
  settings: RestoreSettings;
  /** The inspector's of Interpolate, for any clip... */
  clip: ClipSettings;
  /** ...and what was marked in one, by source: `stepFor` has both. */
  parts: Readonly<Record<string, ClipPart | undefined>>;
  /** The inspector's of Style. */
  style: StyleSettings;
  /** What was painted on pictures, by source: where layers show, or a restoration applies. */
  masks: Readonly<Record<string, PictureMasks | undefined>>;
  /** The project that is open, where it has a file. */
  project: string | undefined;
  /** A mask is painted now, with this tool; undefined: the canvas is for looking. */
  brush: BrushState | undefined;
  /** The user's own pictures on the shelf of styles. */
  stylePictures: StylePictureView[];
  /** What the user likes of the shelf. */
  taste: StyleTaste;
  /** The shelf shows favourites alone. */
  isFavouritesOnly: boolean;
  /** How the player shows source and result. */
  playerMode: PlayerMode;
  panel: Panel;
  /** Where the inspector has no room beside the canvas, it is a drawer over it: whether that is open. */
  isInspectorOpen: boolean;
  /** Which page of the settings is shown when they are. */
  settingsPage: 'all' | 'shortcuts' | 'privacy' | 'about';
  viewMode: CompareMode;
  /** How many times a difference is brightened. */
  gain: number;
  isPaletteOpen: boolean;
  isReportOpen: boolean;
  /** Something died, and nobody has read of it yet. */
  hasReport: boolean;
  /** Screen pixels for each picture pixel; 0 while nothing is shown. */
  zoom: number;
  /** The pixel under the pointer. */
  readout: Readout | undefined;
  /** The selected picture's own profile, and the colours that it is shown in. */
  colours: { profile: string | undefined; shown: Display } | undefined;
  /** A picture that is open and cannot be put on the canvas any more: its file has gone. */
  unshown: string | undefined;
  /** The model at work on what is in sight; undefined: not asked for. */
  preview: Preview | undefined;
  /** Tiles of a result that is being made are on the canvas. */
  isLive: boolean;
  /** Something went wrong that no other place shows. */
  notice: ErrorRecord | undefined;
  isDropping: boolean;
}

const IDLE: QueueView = {
  working: false,
  of: 'pictures',
  total: 0,
  running: 0,
  paused: false,
  finished: 0,
  skipped: 0,
  failed: 0,
  cancelled: 0,
  fraction: 0,
};

/** The one door to the page's state. */
export const useStudio = create<StudioState>(() => ({
  ...EMPTY_ROOM,
  studio: 'restore',
  ...FIRST_GENERATE,
  ...FIRST_LEARN,
  away: { interpolate: EMPTY_ROOM, style: EMPTY_ROOM, generate: EMPTY_ROOM, learn: EMPTY_ROOM },
  phase: 'loading',
  version: '',
  platform: 'other',
  theme: 'system',
  textSize: 100,
  language: { chosen: 'system', spoken: 'en' },
  threads: 1,
  progress: {},
  frames: {},
  queue: IDLE,
  jobs: [],
  models: [],
  presets: [],
  recent: [],
  installing: undefined,
  toInstall: [],
  asking: [],
  agreed: [],
  importing: undefined,
  imported: undefined,
  libraryFilter: NO_FILTER,
  ticked: [],
  compared: undefined,
  isVerifying: false,
  verified: {},
  measuring: undefined,
  moving: undefined,
  appSettings: { device: 'auto', memoryLimit: 'auto', shortcuts: {} },
  settings: DEFAULT_SETTINGS,
  clip: DEFAULT_CLIP,
  parts: {},
  style: DEFAULT_STYLE,
  masks: {},
  project: undefined,
  brush: undefined,
  stylePictures: [],
  taste: NO_TASTE,
  isFavouritesOnly: false,
  playerMode: 'split',
  panel: 'inspector',
  isInspectorOpen: false,
  settingsPage: 'all',
  viewMode: 'split',
  gain: 4,
  isPaletteOpen: false,
  isReportOpen: false,
  hasReport: false,
  zoom: 0,
  readout: undefined,
  colours: undefined,
  unshown: undefined,
  preview: undefined,
  isLive: false,
  notice: undefined,
  isDropping: false,
}));

export const { getState, setState } = useStudio;

/** Takes away what lies over the canvas or the inspector: the drawer, and under it the inspector's own. */
export function closePanel(): void {
  setState(({ panel }) => (panel === 'inspector' ? { isInspectorOpen: false } : { panel: 'inspector' }));
}

export function changeSettings(patch: Partial<RestoreSettings>): void {
  setState(({ settings }) => ({ settings: { ...settings, ...patch } }));
}

export function changeOutput(patch: Partial<RestoreSettings['output']>): void {
  setState(({ settings }) => ({ settings: { ...settings, output: { ...settings.output, ...patch } } }));
}

export function changeStep(patch: Partial<ClipSettings['step']>): void {
  setState(({ clip }) => ({ clip: { ...clip, step: { ...clip.step, ...patch } } }));
}

const WHOLE: ClipPart = { cuts: { added: [], removed: [] } };

/** The part of a clip that is taken, and its cuts by hand. */
export function partOf({ parts }: Pick<StudioState, 'parts'>, source: string): ClipPart {
  return parts[source] ?? WHOLE;
}

/** The recipe's step for a clip. */
export function stepFor(state: Pick<StudioState, 'parts' | 'clip'>, source: string): InterpolateStep {
  return { ...state.clip.step, ...partOf(state, source) };
}

/** Marks something in a clip: where it begins (`from`) and ends (`to`; left out: at its own end), cuts by hand. */
export function changePart(source: string, part: ClipPart): void {
  const isWhole = JSON.stringify(part) === JSON.stringify(WHOLE);
  setState(({ parts }) => ({ parts: { ...parts, [source]: isWhole ? undefined : part } }));
}

/** The layer that the inspector of Style shows. */
export function layerOf({ layers, layer }: Pick<StyleSettings, 'layers' | 'layer'>): StyleLayer {
  return layers.find(({ id }) => id === layer) ?? layers.at(-1) ?? plainLayer(FIRST_LAYER);
}

export function lookOf(style: Pick<StyleSettings, 'layers' | 'layer'>): StyleLook {
  return layerOf(style).look;
}

export function changeLayer(patch: Partial<StyleLayer>, id = layerOf(getState().style).id): void {
  setState(({ style }) => {
    const layers = style.layers.map((layer) => (layer.id === id ? { ...layer, ...patch } : layer));
    return { style: { ...style, layers } };
  });
}

export function changeLook(patch: Partial<StyleLook>): void {
  changeLayer({ look: { ...lookOf(getState().style), ...patch } });
}

/** Puts another mask on a picture for a layer, or takes it off. */
export function changeMask(source: string, layer: string, mask: string | undefined): void {
  setState(({ masks }) => {
    const { [layer]: _, ...others } = masks[source] ?? {};
    return { masks: { ...masks, [source]: mask === undefined ? others : { ...others, [layer]: mask } } };
  });
}

export function changeStyleOutput(patch: Partial<StyleSettings['output']>): void {
  setState(({ style }) => ({ style: { ...style, output: { ...style.output, ...patch } } }));
}

export function changeClipOutput(patch: Partial<ClipSettings['output']>): void {
  setState(({ clip }) => ({ clip: { ...clip, output: { ...clip.output, ...patch } } }));
}

function roomOf({ sources, sort, selected, chosen, anchor, focused, history }: Room): Room {
  return { sources, sort, selected, chosen, anchor, focused, history };
}

/** Shows another studio, as it was left. */
export function goTo(studio: Studio): void {
  setState((state) => {
    if (studio === state.studio) return {};
    const { [studio]: there = EMPTY_ROOM, ...others } = state.away;
    return { ...roomOf(there), studio, away: { ...others, [state.studio]: roomOf(state) } };
  });
}

/** What a studio has of its own, whether it is on screen or not. */
export function roomIn(state: StudioState, studio: Studio): Room {
  return studio === state.studio ? state : (state.away[studio] ?? EMPTY_ROOM);
}

/** Takes in what main says of the sources; what goes is chosen no more. */
export function takeSources(changed: readonly SourceView[], removed: readonly string[]): void {
  setState((state) => {
    const taken = (room: Room, studio: Studio): Room => {
      const own = changed.filter((source) => source.studio === studio);
      return own.length + removed.length === 0 ? room : withSources(room, own, removed, state);
    };
    const progress = { ...state.progress };
    const frames = { ...state.frames };
    for (const { id, item } of changed) {
      if (item?.status === 'running') continue;
      delete progress[id];
      delete frames[id];
    }
    const away = Object.fromEntries(
      Object.entries(state.away).map(([studio, room]) => [studio, taken(room, studio as Studio)]),
    );
    return { ...taken(roomOf(state), state.studio), away, progress, frames };
  });
}

function withSources(
  room: Room,
  changed: readonly SourceView[],
  removed: readonly string[],
  { language }: StudioState,
): Room {
  const gone = new Set(removed);
  const news = new Map(changed.map((source) => [source.id, source]));
  const all = room.sources.filter(({ id }) => !gone.has(id)).map((source) => news.get(source.id) ?? source);
  const known = new Set(room.sources.map(({ id }) => id));
  all.push(...changed.filter(({ id }) => !known.has(id)));
  const sources = sorted(all, room.sort, language.spoken);
  return { ...room, sources, ...keepChosen(room, idsOf(room.sources), idsOf(sources)) };
}

/** Another order of the strip; what is chosen stays chosen. */
export function sortSources(sort: Sort): void {
  setState((state) => {
    const sources = sorted(state.sources, sort, state.language.spoken);
    return { sort, sources, ...keepChosen(state, idsOf(state.sources), idsOf(sources)) };
  });
}

/** Puts a picture on the canvas, and means that one alone. */
export function select(id: string, studio: Studio = getState().studio): void {
  goTo(studio);
  setState(chooseOne(id));
}

export function selectedSource({ sources, selected }: Pick<StudioState, 'sources' | 'selected'>) {
  return sources.find(({ id }) => id === selected);
}

/** What "this" means: the picture on the canvas, and those chosen with it. */
export function chosenSources({ sources, chosen }: Pick<StudioState, 'sources' | 'chosen'>): SourceView[] {
  const meant = new Set(chosen);
  return sources.filter(({ id }) => meant.has(id));
}

export function idsOf(sources: readonly SourceView[]): string[] {
  return sources.map(({ id }) => id);
}
