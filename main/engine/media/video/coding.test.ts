import { describe, expect, test } from 'vitest';
import { chooseCoding, chooseContainer } from './coding.ts';
import { layoutOf } from './pixel-format.ts';

const choose = (codec: Parameters<typeof chooseCoding>[0], format: string, width = 64, height = 48) => {
  const notes: string[] = [];
  const { pixelFormat, options } = chooseCoding(
    codec,
    undefined,
    { layout: layoutOf(format), width, height },
    notes,
  );
  return { pixelFormat, options, notes };
};

describe('pictures are stored as the source stores them, as far as the codec can', () => {
  test.each([
    ['h264', 'yuv420p', 'yuv420p'],
    ['h264', 'yuvj422p', 'yuv422p'],
    ['h264', 'yuv420p10le', 'yuv420p10le'],
    ['h264', 'rgb24', 'yuv420p'],
    ['h264', 'gray', 'yuv420p'],
    ['h265', 'yuv422p12le', 'yuv422p12le'],
    ['av1', 'yuv420p10le', 'yuv420p10le'],
    ['vp9', 'yuv444p', 'yuv444p'],
    ['vp9', 'yuva420p', 'yuva420p'],
    ['prores', 'yuv420p', 'yuv422p10le'],
    ['prores', 'rgba', 'yuva444p10le'],
    ['ffv1', 'gbrp10le', 'gbrp10le'],
    ['ffv1', 'rgb24', 'bgr0'],
    ['ffv1', 'yuva444p12le', 'yuva444p12le'],
    ['png', 'yuv420p', 'rgb24'],
    ['png', 'yuva444p10le', 'rgba64be'],
  ] as const)('%s of %s', (codec, from, to) => {
    const { pixelFormat, notes } = choose(codec, from);
    expect(pixelFormat).toBe(to);
    expect(notes).toEqual([]);
  });

  test('what is lost is said', () => {
    expect(choose('h264', 'yuva420p')).toMatchObject({
      pixelFormat: 'yuv420p',
      notes: [expect.stringMatching(/no transparency/)],
    });
    expect(choose('h264', 'yuv420p12le')).toMatchObject({
      pixelFormat: 'yuv420p10le',
      notes: [expect.stringMatching(/10 bits/)],
    });
    expect(choose('av1', 'yuv422p')).toMatchObject({
      pixelFormat: 'yuv420p',
      notes: [expect.stringMatching(/4:2:0/)],
    });
    expect(choose('h265', 'yuv420p', 65, 48)).toMatchObject({
      pixelFormat: 'yuv444p',
      notes: [expect.stringMatching(/odd/)],
    });
  });
});

describe('containers', () => {
  const MP4 = 'mov,mp4,m4a,3gp,3g2,mj2';
  test.each([
    ['h264', MP4, '.mp4', 'mp4'],
    ['h264', MP4, '.MOV', 'mov'],
    ['prores', MP4, '.mov', 'mov'],
    ['prores', MP4, '.mp4', 'mkv'],
    ['h264', 'matroska,webm', '.webm', 'mkv'],
    ['vp9', 'matroska,webm', '.webm', 'webm'],
    ['h264', 'avi', '.avi', 'mkv'],
    ['h264', 'mpegts', '.ts', 'mkv'],
  ] as const)('%s of %s %s: %s', (codec, container, extension, wanted) => {
    expect(chooseContainer(codec, undefined, container, extension)).toBe(wanted);
  });

  test('one that is wished and cannot carry the codec is refused, naming those that can', () => {
    expect(() => chooseContainer('ffv1', 'mp4', MP4, '.mp4')).toThrow(/MP4 can't carry FFV1/);
    expect(chooseContainer('vp9', 'mp4', MP4, '.mp4')).toBe('mp4');
  });
});
