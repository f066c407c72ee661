import { changeGenerate, changeRule, changeWords } from '../../app/generate-changes.ts';
import type { StudioState } from '../../app/store.ts';

const MOST = 2 ** 32;

/** Another seed: a pattern changes at once, of words it is the one that the next picture has. */
export function drawSeed({ generate }: StudioState): void {
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
  const seed = drawn % MOST;
  if (generate.kind === 'rule') {
    changeRule({ seed });
    return;
  }
  changeWords({ seed });
  changeGenerate({ isSeedFixed: true });
}
