import type { Reply } from '../../contract/channels.ts';
import type { LearnUse } from '../../contract/learn-use.ts';
import type {
  LearnSettings,
  LearnSource,
  LearntView,
  TrainingProgress,
  TrainingView,
  UsedView,
} from '../../contract/learn-views.ts';

/** What the room of Learn shows: something new, a training, or something learnt. */
export type LearnShown =
  | { readonly of: 'new' }
  | { readonly of: 'training'; readonly id: string }
  | { readonly of: 'learnt'; readonly id: string };

/** What was asked of something learnt last. */
export interface Used {
  readonly id: string;
  readonly use: LearnUse;
  /** When it was asked, milliseconds of the page's clock. */
  readonly begun: number;
  /** How far it is, 0..1, where that is told. */
  readonly fraction?: number;
  /** Undefined: it is being made. */
  readonly reply?: UsedView;
  cancel(): void;
}

/** What the room of Learn adds to the page's state. */
export interface LearnState {
  /** The inspector's. */
  learn: LearnSettings;
  /** What the next one is called; empty: after what it is learnt from. */
  learnName: string;
  /** Where pictures are written; undefined: where the settings say. */
  learnFolder: { readonly id: string; readonly name: string } | undefined;
  toLearn: LearnSource | undefined;
  /** What is found there for the kind; undefined: it is being looked at. */
  toLearnCount: Reply<'learn.count'> | undefined;
  /** Of `denoise`: a picture, white where dust and scratches are filled in. */
  learnMask: LearnSource | undefined;
  /** Pictures to try it with are on their way. */
  fetchingSample: { cancel(): void } | undefined;
  trainings: TrainingView[];
  /** How far they are, by training; live only. */
  training: Readonly<Record<string, TrainingProgress | undefined>>;
  learnt: LearntView[];
  learnShown: LearnShown;
  used: Used | undefined;
  /** Whether another name for what is shown is being typed. */
  isRenaming: boolean;
  /** Whether what is shown is to be removed is being asked. */
  isRemoving: boolean;
}

const DEFAULT_LEARN: LearnSettings = {
  kind: 'vae',
  size: 32,
  lengthBy: 'minutes',
  steps: 4000,
  earlyStop: true,
  seed: 0,
  suggests: true,
};

export const FIRST_LEARN: LearnState = {
  learn: DEFAULT_LEARN,
  learnName: '',
  learnFolder: undefined,
  toLearn: undefined,
  toLearnCount: undefined,
  learnMask: undefined,
  fetchingSample: undefined,
  trainings: [],
  training: {},
  learnt: [],
  learnShown: { of: 'new' },
  used: undefined,
  isRenaming: false,
  isRemoving: false,
};
