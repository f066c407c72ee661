import { expect, it } from 'vitest';
import { FIRST_LATENT_MORE, type PageLatent } from '../../../contract/generate-settings.ts';
import { type LatentPlace, latentStep, MOST_PINS, walkFrames } from '../../../contract/latent-step.ts';
import {
  cornersIn,
  onCorners,
  padOf,
  routeOf,
  samePlace,
  sheetStep,
  walkStep,
  withoutPin,
  withPin,
} from './pins.ts';

const mixed = (...weights: number[]) => weights.map((weight, at) => ({ seed: at + 1, weight }));
const place = (changes: Partial<LatentPlace> = {}): LatentPlace => ({
  ...{ seeds: mixed(1, 1), picture: 0, spread: 1, truncation: 1, ...changes },
});
const latent = (changes: Partial<PageLatent> = {}): PageLatent => ({
  ...{ studio: 'generate', kind: 'latent', model: 'eyes', ...place(), ...changes },
});
const settings = (changes: Partial<PageLatent> = {}, more: Partial<typeof FIRST_LATENT_MORE> = {}) => ({
  latent: latent(changes),
  latentMore: { ...FIRST_LATENT_MORE, ...more },
});
const [one, other] = [place({ truncation: 0.5 }), place({ seeds: mixed(3, 1), condition: 'blue' })];

it('a place is pinned once, with its boldness and what is asked for, up to twelve', () => {
  const pinned = withPin(latent({ truncation: 0.7, condition: 'blue' }));
  expect(pinned).toEqual([place({ truncation: 0.7, condition: 'blue' })]);
  expect(withPin(latent({ truncation: 0.7, condition: 'blue', pins: pinned }))).toBeUndefined();
  expect(withPin(latent({ truncation: 0.8, condition: 'blue', pins: pinned }))).toHaveLength(2);
  const full = Array.from({ length: MOST_PINS }, (_, at) => place({ picture: at + 1 }));
  expect(withPin(latent({ pins: full }))).toBeUndefined();
  expect(withPin(latent({ seeds: [{ seed: Number.NaN, weight: 1 }] }))).toBeUndefined();
});

it('the last pin that is removed leaves none, as before the first', () => {
  expect(withoutPin([one, other], 0)).toEqual([other]);
  expect(withoutPin([one], 0)).toBeUndefined();
});

it('a pin stands on the pad where its corners do', () => {
  expect(onCorners(other, latent())).toEqual([3, 1]);
  expect(onCorners(place({ seeds: [{ seed: 9, weight: 1 }] }), latent())).toBeUndefined();
  expect(
    onCorners(other, {
      seeds: [
        { seed: 2, weight: 1 },
        { seed: 1, weight: 1 },
      ],
    }),
  ).toBeUndefined();
});

it('a walk passes the pins; one alone from the place that is set; without any, the corners', () => {
  expect(routeOf(latent({ pins: [one, other] }))).toEqual([one, other]);
  expect(routeOf(latent({ pins: [one] }))).toEqual([place(), one]);
  expect(routeOf(latent({ truncation: 0.5 }))).toEqual(cornersIn(latent({ truncation: 0.5 })));
  expect(routeOf(latent({ seeds: [{ seed: 5, weight: 1 }] }))).toHaveLength(1);
});

it('each way of a walk takes as long, the one back too', () => {
  const pins = [one, other, place()];
  const step = walkStep(settings({ pins }, { secondsEach: 1.5 }));
  expect(step).toMatchObject({
    ...one,
    walk: { seconds: '4.5', stops: [other, place()], loops: true, format: 'mp4' },
  });
  expect(step).not.toHaveProperty('pins');
  expect(walkFrames(step.walk!)).toBe(113);
  const there = walkStep(settings({ pins }, { secondsEach: 0.1, loops: false, clip: 'webm' }));
  expect(there.walk).toMatchObject({ seconds: '0.2', loops: false, format: 'webm' });
  expect(latentStep.safeParse(step).success).toBe(true);
});

it('a sheet shows what lies near the place, itself first, or any seeds', () => {
  expect(sheetStep(settings({ spread: 0.8, pins: [one] }), 77)).toEqual(
    latent({ spread: 0.3, sheet: { columns: 4, rows: 3 } }),
  );
  expect(sheetStep(settings({ truncation: 0.5 }, { isNear: false, columns: 2 }), 77)).toEqual(
    latent({ seeds: [{ seed: 77, weight: 1 }], truncation: 0.5, sheet: { columns: 2, rows: 3 } }),
  );
});

it('a walk that was made brings its pins back, and how it walked', () => {
  const before = settings({ pins: [one, other] }, { secondsEach: 3, loops: false, clip: 'webm' });
  const { latent: pad, latentMore } = padOf(walkStep(before), settings());
  expect(pad).toEqual(latent({ ...one, pins: [one, other] }));
  expect(latentMore).toMatchObject({ secondsEach: 3, loops: false, clip: 'webm' });
});

it('another picture or a sheet leaves the pins; another network has others', () => {
  const before = settings({ pins: [one] });
  const sheet = { columns: 40, rows: 2 };
  const { latent: pad, latentMore } = padOf(latent({ truncation: 0.2, sheet }), before);
  expect(pad).toEqual(latent({ truncation: 0.2, pins: [one] }));
  expect(latentMore).toMatchObject({ columns: 16, rows: 2 });
  expect(padOf(latent({ model: 'faces' }), before).latent).toEqual(latent({ model: 'faces' }));
});

it('places are the same where all that they look like is', () => {
  expect(samePlace(place())).toBe(samePlace(place({ condition: undefined })));
  expect(samePlace(place())).not.toBe(samePlace(place({ condition: 'blue' })));
  expect(samePlace(latent({ pins: [one] }))).toBe(samePlace(place()));
});
