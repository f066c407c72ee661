import type { GenerateSettings, PageLatent } from '../../../contract/generate-settings.ts';
import { LONGEST_WAY, MOST_CELLS } from '../../../contract/generate-settings.ts';
import {
  type LatentPlace,
  type LatentWalk,
  MOST_PINS,
  onPad,
  placeIn,
  placesOf,
} from '../../../contract/latent-step.ts';
import { parseRational, toNumber } from '../../../contract/time.ts';
import { LIKE, withoutRow } from './next-to.ts';

/** Frames a second of walks that the window makes. */
const FPS = '25';

type Settings = Pick<GenerateSettings, 'latent' | 'latentMore'>;

/** The same text for places that are the same. */
export function samePlace(place: LatentPlace): string {
  const { seeds, picture, spread, truncation, condition } = place;
  return JSON.stringify([
    seeds.map(({ seed, weight }) => [seed, weight]),
    picture,
    spread,
    truncation,
    condition,
  ]);
}

/** Where each corner is: its seed alone. */
export function cornersIn(latent: PageLatent): LatentPlace[] {
  const alone = (seed: number) => ({ seeds: [{ seed, weight: 1 }], picture: 0, spread: 1 });
  return latent.seeds.map(({ seed }) => ({ ...placeIn(latent), ...alone(seed) }));
}

/** The pins with the place that is set among them; undefined: it is one of them, there are as many as can be, or a seed is half typed. */
export function withPin(latent: PageLatent): LatentPlace[] | undefined {
  const pins = latent.pins ?? [];
  const here = placeIn(latent);
  const isKept = pins.some((pin) => samePlace(pin) === samePlace(here));
  const isWhole = here.seeds.every(({ seed }) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32);
  return !isWhole || isKept || pins.length >= MOST_PINS ? undefined : [...pins, here];
}

/** The pins without one; undefined: there are none left. */
export function withoutPin(pins: readonly LatentPlace[], at: number): LatentPlace[] | undefined {
  const left = pins.filter((_, index) => index !== at);
  return left.length > 0 ? left : undefined;
}

/** The shares of a pin on a pad with these corners; undefined: it is not a mixture of them. */
export function onCorners(pin: LatentPlace, { seeds }: Pick<PageLatent, 'seeds'>): number[] | undefined {
  const isSame =
    pin.seeds.length === seeds.length && pin.seeds.every(({ seed }, at) => seeds[at]?.seed === seed);
  return isSame ? pin.seeds.map(({ weight }) => weight) : undefined;
}

/** What a walk passes: the pins; with one alone, the way there from the place that is set; without, the corners. */
export function routeOf(latent: PageLatent): LatentPlace[] {
  const { pins = [] } = latent;
  if (pins.length > 1) return [...pins];
  return pins.length === 1 ? [placeIn(latent), ...pins] : cornersIn(latent);
}

/** The walk through them. */
export function walkIn({ latent, latentMore }: Settings): LatentWalk {
  const route = routeOf(latent);
  const { secondsEach, loops, clip } = latentMore;
  const ways = loops ? route.length : route.length - 1;
  const seconds = String(Math.round(secondsEach * ways * 1000) / 1000);
  return { seconds, fps: FPS, stops: route.slice(1), loops, format: clip };
}

/** The step of a walk through the pins. */
export function walkStep(settings: Settings): PageLatent {
  const { studio, kind, model } = settings.latent;
  return { studio, kind, model, ...routeOf(settings.latent)[0]!, walk: walkIn(settings) };
}

/** The step of a contact sheet: places near the one that is set, itself first, or any seeds. @param seed of these */
export function sheetStep({ latent, latentMore }: Settings, seed: number): PageLatent {
  const { studio, kind, model } = latent;
  const { columns, rows, isNear } = latentMore;
  const sheet = { columns, rows };
  const here = placeIn(withoutRow(latent));
  if (isNear) return { studio, kind, model, ...here, spread: Math.min(here.spread, LIKE), sheet };
  return { studio, kind, model, ...here, seeds: [{ seed, weight: 1 }], picture: 0, spread: 1, sheet };
}

/** What a made or told step says of the pad: its place, its pins or else those that are there, how it walked. */
export function padOf(step: PageLatent, { latent, latentMore }: Settings): Settings {
  const { walk, sheet } = step;
  const { pins: told, ...place } = onPad(withoutRow(step));
  const pins = told ?? (latent.model === step.model ? latent.pins : undefined);
  return {
    latent: { ...place, ...(pins && { pins }) },
    latentMore: {
      ...latentMore,
      ...(sheet && { columns: Math.min(sheet.columns, MOST_CELLS), rows: Math.min(sheet.rows, MOST_CELLS) }),
      ...(walk && walkedAs(step, walk)),
    },
  };
}

function walkedAs(step: PageLatent, walk: LatentWalk): Partial<GenerateSettings['latentMore']> {
  const places = placesOf({ ...step, walk }).length;
  const each = toNumber(parseRational(walk.seconds)!) / (walk.loops ? places : places - 1);
  return {
    loops: walk.loops,
    secondsEach: Math.min(LONGEST_WAY, Math.max(0.1, Math.round(each * 1000) / 1000)),
    ...(walk.format !== 'png' && { clip: walk.format }),
  };
}
