import { constants } from 'node:fs';
import { type FileHandle, open, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { CONTENT_POLICY } from './security.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.webp': 'image/webp',
};

/** Kinds of pictures in the cache, by their first byte. */
const KINDS = new Map([
  [0x89, 'image/png'],
  [0x52, 'image/webp'],
]);

export interface ProtocolOptions {
  /** The folder of the page's own files. */
  page: string;
  /** Real folders: pictures lie in one of them, or in a folder of it. */
  caches: readonly string[];
  /** The file of an id that was given out; undefined for any other. */
  fileOf(kind: string, id: string): string | undefined;
  /** The file of a tile of a large picture, made where it is not there yet; undefined where there is none. */
  tileOf(id: string, level: number, column: number, row: number): Promise<string | undefined>;
}

const refused = () => new Response('Refused', { status: 404, headers: { 'content-type': 'text/plain' } });

/**
 * Answers `gesso://app/<file of the page>` and `gesso://picture/<kind>/<id>`. URLs carry names of the page's files and
 * ids only: whatever is encoded, climbs, or leads out of the two folders by a link is refused.
 */
export async function answer(request: Request, options: ProtocolOptions): Promise<Response> {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.search !== '' || url.username !== '') return refused();
  try {
    if (url.host === 'app') return await pageFile(url.pathname, options.page);
    if (url.host === 'picture') return await picture(url.pathname, options);
  } catch {
    // Not there, or a link where a file was expected.
  }
  return refused();
}

async function pageFile(pathname: string, page: string): Promise<Response> {
  // The build's names need no escapes; one in a URL only hides something.
  if (!/^\/((assets|samples)\/)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(pathname)) return refused();
  const type = TYPES[path.extname(pathname)];
  if (!type) return refused();
  // Through Electron's file layer: in a package the page lies inside the archive.
  const body = await readFile(path.join(page, ...pathname.split('/')));
  return new Response(new Uint8Array(body), {
    headers: {
      'content-type': type,
      'content-security-policy': CONTENT_POLICY,
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
    },
  });
}

async function picture(pathname: string, options: ProtocolOptions): Promise<Response> {
  const file = await pictureFile(pathname, options);
  if (!file) return refused();
  const handle = await openInside(file, options.caches);
  const head = Buffer.alloc(4);
  await handle.read(head, 0, head.length, 0);
  const { size } = await handle.stat();
  const stream = handle.createReadStream({ start: 0 });
  return new Response(Readable.toWeb(stream) as ReadableStream, {
    headers: {
      'content-type': KINDS.get(head[0]!) ?? 'image/jpeg',
      'content-length': String(size),
      'cache-control': 'private, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    },
  });
}

async function pictureFile(
  pathname: string,
  { fileOf, tileOf }: ProtocolOptions,
): Promise<string | undefined> {
  const [, kind, id] = pathname.match(/^\/(thumb|view|piece)\/([0-9a-f-]{36})$/) ?? [];
  if (kind && id) return fileOf(kind, id);
  const [, tiled, ...place] =
    pathname.match(/^\/tile\/([0-9a-f-]{36})\/(\d{1,2})-(\d{1,5})-(\d{1,5})$/) ?? [];
  const [level, column, row] = place.map(Number) as [number, number, number];
  return tiled ? tileOf(tiled, level, column, row) : undefined;
}

/** Opens a plain file that really lies in one of `folders`: neither it nor what leads to it may have become a link. */
async function openInside(file: string, folders: readonly string[]): Promise<FileHandle> {
  const handle = await open(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    // Windows has no O_NOFOLLOW: there the real path tells.
    const isInside =
      folders.some((folder) => file.startsWith(folder + path.sep)) && (await realpath(file)) === file;
    if (isInside && (await handle.stat()).isFile()) return handle;
    throw new Error('not a file of the cache');
  } catch (problem) {
    await handle.close();
    throw problem;
  }
}
