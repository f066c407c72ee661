import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ModelSource } from '../../contract/descriptor.ts';
import { expected, GessoError } from '../../contract/errors.ts';
import type { LearnSample } from '../../contract/learn-kinds.ts';
import { SAMPLE_SCENE } from '../../contract/learn-step.ts';
import { fetchSource } from '../../models/library/fetch/fetch.ts';
import type { EngineHost } from '../engine/host/host.ts';
import type { DataFolder } from './data-folder.ts';

interface SampleSet {
  readonly source: ModelSource;
  readonly licence: string;
  /** What is fetched are no pictures yet: an engine draws them. */
  readonly isDrawn?: true;
}

/** Pictures to try learning with, of packages with licences; fetched when asked for by name. */
const SETS: Readonly<Record<Exclude<LearnSample, 'scene'>, SampleSet>> = {
  emoji: {
    licence: 'Fluent Emoji, Microsoft, MIT',
    source: {
      kind: 'npm',
      project: '@lobehub/fluent-emoji-3d',
      version: '1.1.0',
      integrity:
        'sha512-Wlq2lVStTnr8BDpIJ0pEnTKO4LuDxxqTEhTvRtD1DLRF0me7ogeRQjKoehDHXuVJ2Qaecgl5wRBv60lUAG3h7g==',
      bytes: 15_792_027,
      files: ['assets'],
    },
  },
  textures: {
    licence: 'Brick, grass and gravel of Texture Haven, by way of scikit-image, CC0',
    source: {
      kind: 'wheel',
      project: 'scikit-image',
      version: '0.25.2',
      platform: 'manylinux2014_x86_64',
      sha256: '24cc986e1f4187a12aa319f777b36008764e856e5013666a4a83f8df083c2641',
      bytes: 14_785_376,
      files: ['skimage/data/brick.png', 'skimage/data/grass.png', 'skimage/data/gravel.png'],
    },
  },
  patterns: {
    licence: 'the patterns of Hero Patterns (Steve Schoger), by way of hero-patterns, MIT',
    isDrawn: true,
    source: {
      kind: 'npm',
      project: 'hero-patterns',
      version: '2.1.0',
      integrity:
        'sha512-cHob8+etbF3kl+ylmvFQORBdFx3njmFUv+JIbu4i+GVNvfCgvNkWolkBhYU9fE2cecx+DGxLSiSNq+F5NWJrTQ==',
      bytes: 344_922,
      files: ['dist/hero-patterns.cjs.js'],
    },
  },
};

const PREFIX = 'sample:';

/** Whether a source names pictures of a set, or the scene that Gesso draws itself. */
export function isSample(source: string): boolean {
  return source.startsWith(PREFIX);
}

/** Where sets are kept, and the engine that draws them. */
export interface SamplePlace {
  readonly folder: Pick<DataFolder, 'cache'>;
  readonly pictures: Pick<EngineHost, 'call'>;
}

/**
 * The folder of a set's pictures, fetched where it is not there yet.
 * @param source as `sample:emoji` @param told what is fetched, in words
 * @throws GessoError usage/invalid for a set that is not known, and what fetching throws
 */
export async function sampleFolder(
  source: string,
  { folder: { cache }, pictures }: SamplePlace,
  told: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const name = source.slice(PREFIX.length);
  const set = Object.hasOwn(SETS, name) ? SETS[name as keyof typeof SETS] : undefined;
  if (!set) {
    const known = [...Object.keys(SETS).map((each) => PREFIX + each), SAMPLE_SCENE];
    throw new GessoError(
      'usage/invalid',
      expected(`one of ${known.join(', ')}`, 'a sample', source),
      'Name one of these, or a folder of your own.',
    );
  }
  const folder = path.join(cache, 'learn-samples', name);
  if (existsSync(folder)) return folder;
  told(
    `Fetching ${(set.source.bytes / 1e6).toFixed(set.source.bytes < 1e6 ? 1 : 0)} MB of pictures to try (${set.licence}) ...`,
  );
  const work = `${folder}.part`;
  await rm(work, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  const [file = ''] = await fetchSource(set.source, work, {
    folder: path.join(cache, 'downloads'),
    ...(signal && { signal }),
    ...(process.env.GESSO_WHEELS !== undefined && { local: process.env.GESSO_WHEELS }),
  });
  if (set.isDrawn) {
    const drawn = path.join(work, 'drawn');
    await pictures.call('learn.drawPatterns', { file, folder: drawn }, signal ? { signal } : {});
    await rename(drawn, folder);
    await rm(work, { recursive: true, force: true });
  } else await rename(work, folder);
  return folder;
}
