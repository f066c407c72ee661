/** Test files side by side: as many as the smallest machine has cores. */
export const WORKERS = 2;
