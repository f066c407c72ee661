/** What paints in all styles. */
export const STYLE_MODELS = ['multistyle26', 'magenta-style', 'magenta-style-reader'];
export const DEFAULTS = ['span-x2', 'span-x4'];
