import fc from 'fast-check';

/**
 * Laws are tried on the same cases in every run, so that a failure is the change's and not the draw's. Other cases are
 * tried on purpose: `GESSO_SEED=N`, or `GESSO_SEED=random`, which says the seed of what fails.
 */
const SEED = 20_26_11;

const asked = process.env.GESSO_SEED;
if (asked !== 'random') fc.configureGlobal({ seed: asked === undefined ? SEED : Number(asked) });
