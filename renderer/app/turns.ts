let last = 0;

/** The number of the next call of a preview: canvas and comparison share main's one preview, and the numbers with it. */
export const nextTurn = (): number => ++last;
