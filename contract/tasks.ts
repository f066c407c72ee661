/** What Restore can do to a picture. Plain values, without schemas: the page has these lists too. */
export const TASKS = ['upscale', 'denoise', 'deblur', 'derain', 'dehaze', 'enhance', 'deartifact'] as const;
export type Task = (typeof TASKS)[number];

/** The rooms that are there; each has a list of sources, an inspector and an undo of its own. */
export const STUDIOS = ['restore', 'interpolate', 'style', 'generate', 'learn'] as const;
export type Studio = (typeof STUDIOS)[number];

/** What a model can be for: a task of Restore, or a studio of its own. */
export const MODEL_TASKS = [...TASKS, 'interpolate', 'style', 'generate'] as const;
export type ModelTask = (typeof MODEL_TASKS)[number];

/** Whether a model does something to single pictures, and not what another studio is for. */
export function isOfRestore(task: ModelTask): task is Task {
  return task !== 'interpolate' && task !== 'style' && task !== 'generate';
}

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

/** What paints in the styles of pictures, and in those that are built in. */
export const DEFAULT_PAINTER = 'magenta-style';
export const BUILT_IN_PAINTER = 'multistyle26';
/** How many styles that has. */
export const BUILT_IN_STYLES = 26;

/** Looks over each other on one picture. */
export const MOST_LAYERS = 16;
/** The layer that a mask of Restore is for: all of its steps. */
export const RESTORATION = 'restoration';
/** The layer that a mask of Generate is for: where a picture that is begun with is made anew. */
export const INPAINTING = 'inpainting';

export const MOST_STEPS = 8;
/** Of all steps together; sixteen times each way is 256 pixels for one. */
export const MOST_SCALE = 16;
