import { type CatalogueEntry, catalogueEntry } from '../../contract/descriptor.ts';
import clearrealityX4 from './clearreality-x4.json' with { type: 'json' };
import esrganLegacyDiv2kX2 from './esrgan-legacy-div2k-x2.json' with { type: 'json' };
import esrganLegacyDiv2kX3 from './esrgan-legacy-div2k-x3.json' with { type: 'json' };
import esrganLegacyDiv2kX4 from './esrgan-legacy-div2k-x4.json' with { type: 'json' };
import esrganLegacyGansX4 from './esrgan-legacy-gans-x4.json' with { type: 'json' };
import esrganLegacyPsnrSmallX2 from './esrgan-legacy-psnr-small-x2.json' with { type: 'json' };
import esrganMediumX2 from './esrgan-medium-x2.json' with { type: 'json' };
import esrganMediumX3 from './esrgan-medium-x3.json' with { type: 'json' };
import esrganMediumX4 from './esrgan-medium-x4.json' with { type: 'json' };
import esrganMediumX8 from './esrgan-medium-x8.json' with { type: 'json' };
import esrganSlimX2 from './esrgan-slim-x2.json' with { type: 'json' };
import esrganSlimX3 from './esrgan-slim-x3.json' with { type: 'json' };
import esrganSlimX4 from './esrgan-slim-x4.json' with { type: 'json' };
import esrganSlimX8 from './esrgan-slim-x8.json' with { type: 'json' };
import esrganThickX2 from './esrgan-thick-x2.json' with { type: 'json' };
import esrganThickX3 from './esrgan-thick-x3.json' with { type: 'json' };
import esrganThickX4 from './esrgan-thick-x4.json' with { type: 'json' };
import esrganThickX8 from './esrgan-thick-x8.json' with { type: 'json' };
import magentaStyle from './magenta-style.json' with { type: 'json' };
import magentaStyleReader from './magenta-style-reader.json' with { type: 'json' };
import maximDeblur from './maxim-deblur.json' with { type: 'json' };
import maximDehazeIndoor from './maxim-dehaze-indoor.json' with { type: 'json' };
import maximDehazeOutdoor from './maxim-dehaze-outdoor.json' with { type: 'json' };
import maximDenoise from './maxim-denoise.json' with { type: 'json' };
import maximDerain from './maxim-derain.json' with { type: 'json' };
import maximEnhance from './maxim-enhance.json' with { type: 'json' };
import maximRetouch from './maxim-retouch.json' with { type: 'json' };
import multistyle26 from './multistyle26.json' with { type: 'json' };
import omniartEyes from './omniart-eyes.json' with { type: 'json' };
import realcuganNoseX2 from './realcugan-nose-x2.json' with { type: 'json' };
import realcuganProConservativeX2 from './realcugan-pro-conservative-x2.json' with { type: 'json' };
import realcuganProConservativeX3 from './realcugan-pro-conservative-x3.json' with { type: 'json' };
import realcuganProDenoise3X2 from './realcugan-pro-denoise3-x2.json' with { type: 'json' };
import realcuganProDenoise3X3 from './realcugan-pro-denoise3-x3.json' with { type: 'json' };
import realcuganProX2 from './realcugan-pro-x2.json' with { type: 'json' };
import realcuganProX3 from './realcugan-pro-x3.json' with { type: 'json' };
import realcuganSeConservativeX2 from './realcugan-se-conservative-x2.json' with { type: 'json' };
import realcuganSeConservativeX3 from './realcugan-se-conservative-x3.json' with { type: 'json' };
import realcuganSeConservativeX4 from './realcugan-se-conservative-x4.json' with { type: 'json' };
import realcuganSeDenoise1X2 from './realcugan-se-denoise1-x2.json' with { type: 'json' };
import realcuganSeDenoise2X2 from './realcugan-se-denoise2-x2.json' with { type: 'json' };
import realcuganSeDenoise3X2 from './realcugan-se-denoise3-x2.json' with { type: 'json' };
import realcuganSeDenoise3X3 from './realcugan-se-denoise3-x3.json' with { type: 'json' };
import realcuganSeDenoise3X4 from './realcugan-se-denoise3-x4.json' with { type: 'json' };
import realcuganSeX2 from './realcugan-se-x2.json' with { type: 'json' };
import realcuganSeX3 from './realcugan-se-x3.json' with { type: 'json' };
import realcuganSeX4 from './realcugan-se-x4.json' with { type: 'json' };
import realesrAnimevideov3X2 from './realesr-animevideov3-x2.json' with { type: 'json' };
import realesrAnimevideov3X3 from './realesr-animevideov3-x3.json' with { type: 'json' };
import realesrAnimevideov3X4 from './realesr-animevideov3-x4.json' with { type: 'json' };
import realesrganX4plus from './realesrgan-x4plus.json' with { type: 'json' };
import realesrganX4plusAnime from './realesrgan-x4plus-anime.json' with { type: 'json' };
import realsrDf2kX4 from './realsr-df2k-x4.json' with { type: 'json' };
import rife425 from './rife-4.25.json' with { type: 'json' };
import spanAnimeX2 from './span-anime-x2.json' with { type: 'json' };
import spanCh52X2 from './span-ch52-x2.json' with { type: 'json' };
import spanCh52X4 from './span-ch52-x4.json' with { type: 'json' };
import spanHfa2kX2 from './span-hfa2k-x2.json' with { type: 'json' };
import spanKendataX4 from './span-kendata-x4.json' with { type: 'json' };
import spanX2 from './span-x2.json' with { type: 'json' };
import spanX4 from './span-x4.json' with { type: 'json' };
import srmdX2 from './srmd-x2.json' with { type: 'json' };
import srmdX3 from './srmd-x3.json' with { type: 'json' };
import srmdX4 from './srmd-x4.json' with { type: 'json' };
import srmdnfX2 from './srmdnf-x2.json' with { type: 'json' };
import srmdnfX3 from './srmdnf-x3.json' with { type: 'json' };
import srmdnfX4 from './srmdnf-x4.json' with { type: 'json' };
import upscalerjsDefaultX2 from './upscalerjs-default-x2.json' with { type: 'json' };
import waifu2xAnimeNoise0X2 from './waifu2x-anime-noise0-x2.json' with { type: 'json' };
import waifu2xAnimeNoise1X2 from './waifu2x-anime-noise1-x2.json' with { type: 'json' };
import waifu2xAnimeNoise2X2 from './waifu2x-anime-noise2-x2.json' with { type: 'json' };
import waifu2xAnimeNoise3X2 from './waifu2x-anime-noise3-x2.json' with { type: 'json' };
import waifu2xAnimeX2 from './waifu2x-anime-x2.json' with { type: 'json' };
import waifu2xCunetNoise0 from './waifu2x-cunet-noise0.json' with { type: 'json' };
import waifu2xCunetNoise0X2 from './waifu2x-cunet-noise0-x2.json' with { type: 'json' };
import waifu2xCunetNoise1 from './waifu2x-cunet-noise1.json' with { type: 'json' };
import waifu2xCunetNoise1X2 from './waifu2x-cunet-noise1-x2.json' with { type: 'json' };
import waifu2xCunetNoise2 from './waifu2x-cunet-noise2.json' with { type: 'json' };
import waifu2xCunetNoise2X2 from './waifu2x-cunet-noise2-x2.json' with { type: 'json' };
import waifu2xCunetNoise3 from './waifu2x-cunet-noise3.json' with { type: 'json' };
import waifu2xCunetNoise3X2 from './waifu2x-cunet-noise3-x2.json' with { type: 'json' };
import waifu2xCunetX2 from './waifu2x-cunet-x2.json' with { type: 'json' };
import waifu2xPhotoNoise0X2 from './waifu2x-photo-noise0-x2.json' with { type: 'json' };
import waifu2xPhotoNoise1X2 from './waifu2x-photo-noise1-x2.json' with { type: 'json' };
import waifu2xPhotoNoise2X2 from './waifu2x-photo-noise2-x2.json' with { type: 'json' };
import waifu2xPhotoNoise3X2 from './waifu2x-photo-noise3-x2.json' with { type: 'json' };
import waifu2xPhotoX2 from './waifu2x-photo-x2.json' with { type: 'json' };

/** The models that can be had, in the order in which they are shown; one JSON file each. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  spanX2,
  spanX4,
  spanCh52X2,
  spanCh52X4,
  maximDenoise,
  maximDeblur,
  maximDerain,
  maximDehazeIndoor,
  maximDehazeOutdoor,
  maximEnhance,
  maximRetouch,
  realesrganX4plus,
  realesrganX4plusAnime,
  realesrAnimevideov3X2,
  realesrAnimevideov3X3,
  realesrAnimevideov3X4,
  clearrealityX4,
  spanKendataX4,
  spanHfa2kX2,
  spanAnimeX2,
  realsrDf2kX4,
  realcuganSeX2,
  realcuganSeConservativeX2,
  realcuganSeDenoise1X2,
  realcuganSeDenoise2X2,
  realcuganSeDenoise3X2,
  realcuganSeX3,
  realcuganSeConservativeX3,
  realcuganSeDenoise3X3,
  realcuganSeX4,
  realcuganSeConservativeX4,
  realcuganSeDenoise3X4,
  realcuganProX2,
  realcuganProConservativeX2,
  realcuganProDenoise3X2,
  realcuganProX3,
  realcuganProConservativeX3,
  realcuganProDenoise3X3,
  realcuganNoseX2,
  waifu2xCunetX2,
  waifu2xCunetNoise0X2,
  waifu2xCunetNoise1X2,
  waifu2xCunetNoise2X2,
  waifu2xCunetNoise3X2,
  waifu2xAnimeX2,
  waifu2xAnimeNoise0X2,
  waifu2xAnimeNoise1X2,
  waifu2xAnimeNoise2X2,
  waifu2xAnimeNoise3X2,
  waifu2xPhotoX2,
  waifu2xPhotoNoise0X2,
  waifu2xPhotoNoise1X2,
  waifu2xPhotoNoise2X2,
  waifu2xPhotoNoise3X2,
  waifu2xCunetNoise0,
  waifu2xCunetNoise1,
  waifu2xCunetNoise2,
  waifu2xCunetNoise3,
  srmdX2,
  srmdX3,
  srmdX4,
  srmdnfX2,
  srmdnfX3,
  srmdnfX4,
  rife425,
  magentaStyle,
  magentaStyleReader,
  multistyle26,
  omniartEyes,
  esrganSlimX2,
  esrganSlimX3,
  esrganSlimX4,
  esrganSlimX8,
  esrganMediumX2,
  esrganMediumX3,
  esrganMediumX4,
  esrganMediumX8,
  esrganThickX2,
  esrganThickX3,
  esrganThickX4,
  esrganThickX8,
  esrganLegacyDiv2kX2,
  esrganLegacyDiv2kX3,
  esrganLegacyDiv2kX4,
  esrganLegacyGansX4,
  esrganLegacyPsnrSmallX2,
  upscalerjsDefaultX2,
].map((entry) => catalogueEntry.parse(entry));
