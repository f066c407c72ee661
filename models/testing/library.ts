import { createHash } from 'node:crypto';
import type { CatalogueEntry, ModelSource } from '../../contract/descriptor.ts';
import { downloadFile } from '../library/fetch/download.ts';
import { type FetchSource, partOf } from '../library/fetch/fetch.ts';
import { extractZip } from '../library/fetch/zip.ts';
import { TINY_PARAM, tinyBin } from './ncnn.ts';
import { zipOf } from './zip.ts';

/** The tiny ncnn network in an archive, as a wheel would carry it. */
export function tinyArchive(): Buffer {
  return zipOf({ 'pkg/tiny.param': Buffer.from(TINY_PARAM), 'pkg/tiny.bin': tinyBin() });
}

export function tinyEntry(overrides: Partial<CatalogueEntry> = {}): CatalogueEntry {
  const archive = tinyArchive();
  const source: ModelSource = {
    kind: 'wheel',
    project: 'tiny',
    version: '1.0.0',
    platform: 'any',
    sha256: createHash('sha256').update(archive).digest('hex'),
    bytes: archive.byteLength,
    files: ['pkg/tiny.param', 'pkg/tiny.bin'],
  };
  return {
    gesso: 1,
    id: 'tiny-x4',
    name: 'Tiny x4',
    task: 'upscale',
    scale: 4,
    family: 'tiny',
    format: 'ncnn',
    character: 'plain',
    goodFor: 'Tests.',
    authors: 'Nobody',
    licence: 'MIT',
    licenceUrl: 'https://example.org/licence',
    sources: [source],
    ...overrides,
  };
}

/** Fetches from a server on this machine instead of a registry; all else is the real thing. */
export function fetchFrom(url: string): FetchSource {
  return async (source, into, context) => {
    if (source.kind !== 'wheel') throw new Error('only wheels');
    const file = partOf(source, context.folder).replace(/\.part$/, '');
    const { sha256, bytes } = source;
    const { signal, onProgress, freeBytes } = context;
    await downloadFile({ url, file, sha256, bytes, signal, onProgress, freeBytes });
    return extractZip(file, source.files, into);
  };
}
