import { beforeEach, describe, expect, it } from 'vitest';
import type { ModelView, SourceView } from '../../../contract/views.ts';
import { type ClipSettings, DEFAULT_CLIP } from '../../app/store.ts';
import { foreseenAll, foreseenClip } from './estimate.ts';
import { builtInPresets, clipPresetNow, clipPresetOf, freeClipName, withClipPreset } from './presets.ts';
import { rateText, resultRate } from './rates.ts';
import { whyNotClip } from './reasons.ts';

const MODEL = {
  id: 'rife-4.25',
  name: 'RIFE 4.25',
  task: 'interpolate',
  installed: true,
  speed: 2,
} as ModelView;

/** 10 seconds of 1000x500 at 25 frames a second. */
function clip(overrides: Partial<SourceView> = {}, facts: Partial<SourceView['clip']> = {}): SourceView {
  return {
    ...{ id: 'a', studio: 'interpolate', name: 'a.mp4', folder: 'clips', place: 0, state: 'ready' },
    ...{ width: 1000, height: 500 },
    clip: {
      ...{ kind: 'clip', seconds: '10', rate: '25', codec: 'h264', bits: 8, bytes: 1e6, hasAlpha: false },
      ...{ sounds: 1, subtitles: 0 },
      ...facts,
    },
    ...overrides,
  } as SourceView;
}

function settings(step: Partial<ClipSettings['step']> = {}, output: Partial<ClipSettings['output']> = {}) {
  return { step: { ...DEFAULT_CLIP.step, ...step }, output: { ...DEFAULT_CLIP.output, ...output } };
}

describe('what an export takes', () => {
  it('is foreseen by its frames and those of them that the network makes', () => {
    // Every second frame is one of the source's.
    const twice = foreseenClip(clip(), settings(), {}, [MODEL])!;
    expect(twice).toMatchObject({ frames: 500, made: 250 });
    // 250 frames of half a megapixel at 2 megapixels a second.
    expect(twice.milliseconds).toBeCloseTo(62_500);
    // 25 -> 60: every twelfth.
    expect(foreseenClip(clip(), settings({ fps: '60' }), {}, [])).toMatchObject({ frames: 600, made: 550 });
    // Four times slower at its own rate: every fourth.
    expect(foreseenClip(clip(), settings({ fps: '1x', slow: 4 }), {}, [])).toMatchObject({
      ...{ frames: 1000, made: 750 },
      milliseconds: undefined,
    });
    expect(foreseenClip(clip(), settings({ fps: '1x' }), {}, [MODEL])).toMatchObject({ made: 0 });
  });

  it('is that of the part that is taken', () => {
    const parts = { a: { from: '2', to: '4', cuts: { added: [], removed: [] } } };
    expect(foreseenClip(clip(), settings(), parts, [])).toMatchObject({ frames: 100 });
    const open = { a: { from: '9', cuts: { added: [], removed: [] } } };
    expect(foreseenClip(clip(), settings(), open, [])).toMatchObject({ frames: 50 });
  });

  it('takes the rate of pictures from the recipe, and adds up what is meant', () => {
    const film = clip({ id: 'b' }, { kind: 'pictures', seconds: undefined, rate: undefined, pictures: 50 });
    expect(foreseenClip(film, settings({ rate: '10' }), {}, [])).toMatchObject({ frames: 100 });
    expect(foreseenAll([clip(), film], settings({ rate: '10' }), {}, [MODEL])).toMatchObject({ frames: 600 });
    const unknown = clip({ id: 'c' }, { seconds: undefined });
    expect(foreseenAll([clip(), unknown], settings(), {}, [MODEL])).toBeUndefined();
  });

  it('is larger for better quality and for codecs that predict nothing', () => {
    const bytes = (output: Partial<ClipSettings['output']>) =>
      foreseenClip(clip(), settings({}, output), {}, [])!.bytes;
    expect(bytes({ quality: 12 })).toBeGreaterThan(1.8 * bytes({ quality: 18 }));
    expect(bytes({ codec: 'h265' })).toBeLessThan(bytes({}));
    expect(bytes({ codec: 'prores' })).toBeGreaterThan(5 * bytes({}));
    expect(bytes({ audio: 'none' })).toBeLessThan(bytes({}));
  });
});

describe('presets', () => {
  it('are known again as long as nothing was changed, whatever was marked in the clip', () => {
    for (const preset of builtInPresets()) {
      const made = withClipPreset(preset, { ...DEFAULT_CLIP, folder: 'beside' }, [])!;
      expect(made.folder).toBe('beside');
      expect(clipPresetNow(builtInPresets(), made)).toEqual(preset);
      const other = { ...made, output: { ...made.output, codec: 'av1' as const } };
      expect(clipPresetNow(builtInPresets(), other)).toBeUndefined();
    }
    const own = clipPresetOf('Mine', settings({ fps: '48' }, { container: 'mkv' }));
    expect(clipPresetNow([own], withClipPreset(own, DEFAULT_CLIP, [])!)).toEqual(own);
  });

  it('of a model that is not known change nothing', () => {
    const preset = clipPresetOf('Other', settings({ model: 'rife-9' }));
    expect(withClipPreset(preset, DEFAULT_CLIP, [MODEL])).toBeUndefined();
  });

  it('get a name that is free', () => {
    const name = freeClipName(settings({ fps: '60' }, { codec: 'av1' }), []);
    expect(name).toBe('60 a second, AV1');
    const taken = [clipPresetOf(name, settings())];
    expect(freeClipName(settings({ fps: '60' }, { codec: 'av1' }), taken)).toBe('60 a second, AV1 (2)');
  });
});

describe('rates', () => {
  it('are exact, and undefined while they are half typed', () => {
    expect(resultRate({ fps: '2x', slow: 1 }, { num: 24000, den: 1001 })).toEqual({ num: 48000, den: 1001 });
    expect(resultRate({ slow: 4 }, { num: 25, den: 1 })).toEqual({ num: 25, den: 1 });
    expect(resultRate({ fps: '24000/', slow: 1 }, undefined)).toBeUndefined();
    expect(rateText({ fps: '60000/1001', slow: 1 })).toBe('59.94 a second');
  });
});

describe('why not', () => {
  let input: Parameters<typeof whyNotClip>[0];
  beforeEach(() => {
    input = { sources: [clip()], models: [MODEL], clip: DEFAULT_CLIP };
  });

  it('is nothing where all is there', () => expect(whyNotClip(input)).toEqual([]));

  it('says what to mend', () => {
    expect(whyNotClip({ ...input, sources: [] })).toEqual(['Open a clip first.']);
    expect(whyNotClip({ ...input, models: [{ ...MODEL, installed: false }] })).toHaveLength(1);
    expect(whyNotClip({ ...input, clip: settings({}, { quality: 60 }) })).toEqual([
      'Give the quality as a whole number from 0 to 51.',
    ]);
    expect(
      whyNotClip({ ...input, clip: settings({ fps: '8x' }), sources: [clip({}, { rate: '240' })] }),
    ).toEqual(['Choose more than 0 and at most 1000 frames a second.']);
    expect(whyNotClip({ ...input, clip: settings({}, { name: '{size}' }) })).toHaveLength(1);
  });
});
