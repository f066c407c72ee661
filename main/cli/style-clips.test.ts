import { describe, expect, it } from 'vitest';
import { clipsOf } from '../../contract/style-clip.ts';
import { LayerList } from './layer-list.ts';
import { styleOf } from './style.ts';

const list = new LayerList('/pictures');
list.style('builtin:3');
const HOLIDAY = ['holiday.mp4'];

describe('gesso style, of clips', () => {
  it('says nothing of clips where nothing is said, and paints them steadily in H.264 all the same', () => {
    const { clips, output } = styleOf({ quality: '80' }, list, undefined, ['a.jpg']);
    expect([clips, output.quality]).toEqual([undefined, 80]);
    expect(clipsOf({ clips })).toEqual({ steady: 0.9, output: { codec: 'h264', audio: 'copy' } });
  });

  it('takes the part, the steadiness and how it is stored', () => {
    const flags = {
      from: '1.5',
      to: '00:00:03',
      steady: '0.3',
      codec: 'vp9',
      container: 'webm',
      audio: 'none',
    };
    expect(styleOf({ ...flags, quality: '30' }, list, undefined, HOLIDAY).clips).toEqual({
      ...{ from: '3/2', to: '3', steady: 0.3 },
      output: { codec: 'vp9', container: 'webm', audio: 'none', quality: 30 },
    });
  });

  it('leaves a recipe’s own rules where no flag changes them', () => {
    const base = styleOf({ codec: 'ffv1', steady: '0.5' }, list, undefined, HOLIDAY);
    expect(styleOf({ steady: '0' }, list, base, HOLIDAY).clips).toEqual({ ...base.clips, steady: 0 });
    expect(styleOf({}, list, base, HOLIDAY)).toEqual(base);
  });

  it.each<[string, Record<string, string>, string[], RegExp]>([
    ['a quality for pictures and clips at once', { quality: '20' }, ['a.jpg', ...HOLIDAY], /two calls|both/],
    ['a quality that the codec does not have', { quality: '60' }, HOLIDAY, /0 to 51/],
    ['an end before the beginning', { from: '3', to: '2' }, HOLIDAY, /before --to/],
    ['a moment in words', { from: 'soon' }, HOLIDAY, /--from/],
    ['steadiness beyond 1', { steady: '2' }, HOLIDAY, /steady/],
    ['an unknown codec', { codec: 'divx' }, HOLIDAY, /codec/],
    ['sound that is stretched', { audio: 'stretch' }, HOLIDAY, /audio/],
  ])('refuses %s', (_, flags, inputs, message) => {
    const refused = () => styleOf(flags, list, undefined, inputs);
    expect(refused).toThrow(expect.objectContaining({ code: 'usage/invalid' }));
    expect(refused).toThrow(message);
  });
});
