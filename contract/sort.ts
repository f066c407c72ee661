/** Orders of the strip. */
export const SORTS = ['added', 'name', 'date', 'size', 'state'] as const;
export type Sort = (typeof SORTS)[number];
