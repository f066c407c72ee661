import { changeGenerate, changeLatent, changeRule, changeWords } from '../../app/generate-changes.ts';
import type { StudioState } from '../../app/store.ts';
import { anySeed } from '../../ui/any-seed.ts';

/** Another seed: what is on the canvas changes at once; of words it is the one that the next picture has. */
export function drawSeed({ generate }: StudioState): void {
  switch (generate.kind) {
    case 'rule':
      changeRule({ seed: anySeed() });
      return;
    case 'latent':
      changeLatent({
        seeds: generate.latent.seeds.map(({ weight }) => ({ seed: anySeed(), weight })),
        picture: 0,
      });
      return;
    case 'diffusion':
      changeWords({ seed: anySeed() });
      changeGenerate({ isSeedFixed: true });
  }
}
