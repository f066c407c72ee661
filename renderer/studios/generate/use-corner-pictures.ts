import { useEffect, useState } from 'react';
import { bridge } from '../../app/bridge.ts';
import { isInstalled } from '../../app/installed.ts';
import { useStudio } from '../../app/store.ts';
import { nextTurn } from '../../app/turns.ts';

/** As large as the pad shows them, for screens with two pixels in the place of one. */
const SIDE = 80;

const NONE: ReadonlyMap<number, string> = new Map();

/** What each corner of the pad is by itself, by its seed: as it comes. */
export function useCornerPictures(): ReadonlyMap<number, string> {
  const { model, seeds, condition } = useStudio(({ generate }) => generate.latent);
  const isThere = useStudio(({ models }) => isInstalled(models, model));
  const wanted = seeds.map(({ seed }) => seed).filter((seed) => Number.isInteger(seed) && seed >= 0);
  const key = JSON.stringify([model, condition]);
  const row = wanted.join(' ');
  const [known, setKnown] = useState({ key, pictures: NONE });
  // Of another network or condition they are other pictures.
  const pictures = known.key === key ? known.pictures : NONE;
  // biome-ignore lint/correctness/useExhaustiveDependencies: seeds and condition are in row and key
  useEffect(() => {
    if (!isThere) return undefined;
    let isOver = false;
    let cancel = () => {};
    const fetchAll = async () => {
      for (const seed of wanted) {
        if (isOver) return;
        if (pictures.has(seed)) continue;
        const call = bridge.previewPattern({
          step: {
            ...{ studio: 'generate', kind: 'latent', model, condition, seeds: [{ seed, weight: 1 }] },
            ...{ picture: 0, spread: 1, truncation: 1 },
          },
          longestSide: SIDE,
          turn: nextTurn(),
        });
        cancel = call.cancel;
        const outcome = await call.outcome;
        // What fails is said by the preview of the mixture.
        if (isOver || !outcome.ok) continue;
        const { url } = outcome.value;
        setKnown((before) => ({
          key,
          pictures: new Map(before.key === key ? before.pictures : NONE).set(seed, url),
        }));
      }
    };
    void fetchAll();
    return () => {
      isOver = true;
      cancel();
    };
  }, [key, row, isThere]);
  return pictures;
}
