import type { GradientRules } from '../backward.ts';
import { ELEMENT_WISE } from './element-wise.ts';
import { PRODUCTS } from './products.ts';
import { REDUCTIONS } from './reductions.ts';
import { SHAPES } from './shapes.ts';
import { WINDOWS } from './windows.ts';

/**
 * One rule an operator. They emit only operators that have rules themselves, so that a gradient can be differentiated
 * again.
 */
export const GRADIENT_RULES: GradientRules = {
  ...ELEMENT_WISE,
  ...PRODUCTS,
  ...REDUCTIONS,
  ...SHAPES,
  ...WINDOWS,
};
