import { type CatalogueEntry, catalogueEntry } from '../../contract/descriptor.ts';
import esrganMediumX2 from './esrgan-medium-x2.json' with { type: 'json' };
import esrganMediumX3 from './esrgan-medium-x3.json' with { type: 'json' };
import esrganMediumX4 from './esrgan-medium-x4.json' with { type: 'json' };
import esrganMediumX8 from './esrgan-medium-x8.json' with { type: 'json' };
import esrganSlimX2 from './esrgan-slim-x2.json' with { type: 'json' };
import esrganSlimX3 from './esrgan-slim-x3.json' with { type: 'json' };
import esrganSlimX4 from './esrgan-slim-x4.json' with { type: 'json' };
import esrganSlimX8 from './esrgan-slim-x8.json' with { type: 'json' };
import maximDeblur from './maxim-deblur.json' with { type: 'json' };
import maximDehazeIndoor from './maxim-dehaze-indoor.json' with { type: 'json' };
import maximDehazeOutdoor from './maxim-dehaze-outdoor.json' with { type: 'json' };
import maximDenoise from './maxim-denoise.json' with { type: 'json' };
import maximDerain from './maxim-derain.json' with { type: 'json' };
import maximEnhance from './maxim-enhance.json' with { type: 'json' };
import maximRetouch from './maxim-retouch.json' with { type: 'json' };
import realesrAnimevideov3X2 from './realesr-animevideov3-x2.json' with { type: 'json' };
import realesrAnimevideov3X3 from './realesr-animevideov3-x3.json' with { type: 'json' };
import realesrAnimevideov3X4 from './realesr-animevideov3-x4.json' with { type: 'json' };
import realesrganX4plus from './realesrgan-x4plus.json' with { type: 'json' };
import realesrganX4plusAnime from './realesrgan-x4plus-anime.json' with { type: 'json' };
import spanX2 from './span-x2.json' with { type: 'json' };
import spanX4 from './span-x4.json' with { type: 'json' };

/** The models that can be had, in the order in which they are shown; one JSON file each. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  spanX2,
  spanX4,
  realesrganX4plus,
  realesrganX4plusAnime,
  realesrAnimevideov3X2,
  realesrAnimevideov3X3,
  realesrAnimevideov3X4,
  esrganSlimX2,
  esrganSlimX3,
  esrganSlimX4,
  esrganSlimX8,
  esrganMediumX2,
  esrganMediumX3,
  esrganMediumX4,
  esrganMediumX8,
  maximDenoise,
  maximDeblur,
  maximDerain,
  maximDehazeIndoor,
  maximDehazeOutdoor,
  maximEnhance,
  maximRetouch,
].map((entry) => catalogueEntry.parse(entry));
