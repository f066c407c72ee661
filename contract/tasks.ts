/** What Restore can do to a picture. Plain values, without schemas: the page has these lists too. */
export const TASKS = ['upscale', 'denoise', 'deblur', 'derain', 'dehaze', 'enhance', 'deartifact'] as const;
export type Task = (typeof TASKS)[number];

/** The rooms that are there; each has a list of sources, an inspector and an undo of its own. */
export const STUDIOS = ['restore', 'interpolate'] as const;
export type Studio = (typeof STUDIOS)[number];

/** What a model can be for: a task of Restore, or a studio of its own. */
export const MODEL_TASKS = [...TASKS, 'interpolate'] as const;
export type ModelTask = (typeof MODEL_TASKS)[number];

/**
 * The default of each task that keeps the size: one that makes damaged pictures measurably better (docs/models.md). An
 * enlargement has one for each scale.
 */
export const DEFAULT_MODELS: Readonly<Record<Exclude<Task, 'upscale'>, string>> = {
  denoise: 'maxim-denoise',
  deblur: 'maxim-deblur',
  derain: 'maxim-derain',
  dehaze: 'maxim-dehaze-outdoor',
  enhance: 'maxim-enhance',
  deartifact: 'waifu2x-cunet-noise2',
};

/** What makes frames between frames where none is named. */
export const DEFAULT_INTERPOLATION = 'rife-4.25';

export const MOST_STEPS = 8;
/** Of all steps together; sixteen times each way is 256 pixels for one. */
export const MOST_SCALE = 16;
