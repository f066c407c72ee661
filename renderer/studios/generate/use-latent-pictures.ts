import { useEffect, useState } from 'react';
import type { LatentPlace } from '../../../contract/latent-step.ts';
import { bridge } from '../../app/bridge.ts';
import { isInstalled } from '../../app/installed.ts';
import { useStudio } from '../../app/store.ts';
import { nextTurn } from '../../app/turns.ts';
import { samePlace } from './pins.ts';

/** As large as the pad and its pins show them, for screens with two pixels in the place of one. */
const SIDE = 96;

const NONE: ReadonlyMap<string, string> = new Map();

/** What lies at places of the network's space, small, as it comes; a function that finds it again. */
export function useLatentPictures(
  places: readonly LatentPlace[],
): (place: LatentPlace) => string | undefined {
  const model = useStudio(({ generate }) => generate.latent.model);
  const isThere = useStudio(({ models }) => isInstalled(models, model));
  const wanted = places.filter(({ seeds }) => seeds.every(({ seed }) => Number.isInteger(seed) && seed >= 0));
  const row = wanted.map(samePlace).join('\n');
  const [known, setKnown] = useState({ model, pictures: NONE });
  // Of another network they are other pictures.
  const pictures = known.model === model ? known.pictures : NONE;
  // biome-ignore lint/correctness/useExhaustiveDependencies: all that is wanted is in row
  useEffect(() => {
    if (!isThere) return undefined;
    let isOver = false;
    let cancel = () => {};
    const fetchAll = async () => {
      for (const place of wanted) {
        if (isOver) return;
        if (pictures.has(samePlace(place))) continue;
        const call = bridge.previewPattern({
          step: { ...{ studio: 'generate', kind: 'latent', model }, ...place },
          longestSide: SIDE,
          turn: nextTurn(),
        });
        cancel = call.cancel;
        const outcome = await call.outcome;
        // What fails is said by the preview of the mixture.
        if (isOver || !outcome.ok) continue;
        const { url } = outcome.value;
        setKnown((before) => ({
          model,
          pictures: new Map(before.model === model ? before.pictures : NONE).set(samePlace(place), url),
        }));
      }
    };
    void fetchAll();
    return () => {
      isOver = true;
      cancel();
    };
  }, [model, row, isThere]);
  return (place) => pictures.get(samePlace(place));
}
