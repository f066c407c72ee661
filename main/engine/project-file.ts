import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl from 'yauzl';
import { GessoError } from '../../contract/errors.ts';
import { LARGEST_MASK } from '../../contract/masks.ts';
import { PROJECT_VERSION, type ProjectManifest, projectManifest } from '../../contract/project.ts';
import { atMost } from '../../models/library/fetch/at-most.ts';
import { fsyncFile, hashFile, storageError } from '../../models/library/storage.ts';
import { ZipWriter } from './media/zip-writer.ts';
import type { Params, Result } from './protocol/methods.ts';

/** Of the manifest, bytes: ten thousand pictures with their masks are a few megabytes. */
const LARGEST_MANIFEST = 32e6;
/** Of a picture inside. */
const LARGEST_SOURCE = 4e9;
const MANIFEST = 'manifest.json';
const MASK = /^masks\/([0-9a-f]{64})\.png$/;
const SOURCE = /^sources\/([0-9a-f]{64})$/;

/**
 * Writes a project to `temp`, flushed; the caller renames it. Pictures are hashed, and where that is wished go inside.
 * @throws GessoError input/unreadable naming a picture that is not there, output/no-space, output/denied
 */
export async function writeProject(params: Params<'project.write'>): Promise<Result<'project.write'>> {
  const { temp, draft, masks } = params;
  const name = path.basename(params.name);
  try {
    const manifest: ProjectManifest = {
      ...draft,
      sources: await Promise.all(draft.sources.map(hashed)),
      styles: await Promise.all(draft.styles.map(hashed)),
    };
    const zip = await ZipWriter.create(temp, name);
    try {
      await zip.add(MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`));
      for (const [id, file] of Object.entries(masks))
        await zip.add(`masks/${id}.png`, { file }, { stored: true });
      const inside = new Map(
        manifest.embedded
          ? [...manifest.sources, ...manifest.styles].map((each) => [each.sha256, each.path])
          : [],
      );
      // Pictures are compressed already.
      for (const [sha256, file] of inside) await zip.add(`sources/${sha256}`, { file }, { stored: true });
      await zip.finish();
    } catch (cause) {
      await zip.close().catch(() => {});
      throw cause;
    }
    await fsyncFile(temp);
    return { bytes: (await stat(temp)).size };
  } catch (cause) {
    await rm(temp, { force: true });
    throw cause instanceof GessoError ? cause : (storageError(cause, params.name) ?? cause);
  }
}

async function hashed<T extends { path: string }>(linked: T): Promise<T & { sha256: string; bytes: number }> {
  try {
    return { ...linked, ...(await hashFile(linked.path)) };
  } catch (cause) {
    throw new GessoError(
      'input/unreadable',
      `Couldn't read ${path.basename(linked.path)}, which belongs to the project.`,
      'Look whether it is still there, or take it off the list.',
      cause,
    );
  }
}

/**
 * Reads a project: masks go into the folder of masks, pictures that are inside and nowhere else into `sources`.
 * Whatever has another name or size than a project's entries have is an error, and nothing is written elsewhere.
 * @returns the manifest, and where each of its pictures is now; null: nowhere
 * @throws GessoError project/broken, input/unreadable
 */
export async function readProject({
  file,
  masks,
  sources,
}: Params<'project.read'>): Promise<Result<'project.read'>> {
  const name = path.basename(file);
  let zip: yauzl.ZipFile | undefined;
  try {
    zip = await yauzl.openPromise(file, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
    const entries = new Map<string, yauzl.Entry>();
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== MANIFEST && !MASK.test(entry.fileName) && !SOURCE.test(entry.fileName))
        throw new Error(`it holds ${JSON.stringify(entry.fileName.slice(0, 80))}, which no project does`);
      if (entry.uncompressedSize > limitOf(entry.fileName)) throw new Error(`${entry.fileName} is too large`);
      entries.set(entry.fileName, entry);
    }
    const manifest = await readManifest(zip, entries.get(MANIFEST), name);
    await mkdir(masks, { recursive: true, mode: 0o700 });
    const wanted = new Set(manifest.sources.flatMap((source) => Object.values(source.masks)));
    for (const id of wanted) {
      const entry = entries.get(`masks/${id}.png`);
      if (!entry) throw new Error(`the mask ${id} is not in it`);
      await unpack(zip, entry, path.join(masks, `${id}.png`), id);
    }
    const opened = zip;
    const placeOf = async (linked: Linked): Promise<string | null> => {
      const beside = path.resolve(path.dirname(file), linked.beside);
      for (const place of [linked.path, beside]) if (await isSame(place, linked)) return place;
      const entry = entries.get(`sources/${linked.sha256}`);
      if (!entry) return null;
      // Under its own name, in a folder of its hash: two pictures of one name are two.
      const folder = path.join(sources, linked.sha256.slice(0, 16));
      const target = path.join(folder, path.basename(linked.path));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await unpack(opened, entry, target, linked.sha256);
      return target;
    };
    const places = { sources: [] as (string | null)[], styles: [] as (string | null)[] };
    for (const source of manifest.sources) places.sources.push(await placeOf(source));
    for (const style of manifest.styles) places.styles.push(await placeOf(style));
    return { manifest, ...places };
  } catch (cause) {
    if (cause instanceof GessoError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new GessoError(
        'input/unreadable',
        `${name} is not there any more.`,
        'Choose it where it is now.',
        cause,
      );
    throw broken(name, message, cause);
  } finally {
    zip?.close();
  }
}

type Linked = ProjectManifest['sources'][number] | ProjectManifest['styles'][number];

function limitOf(entry: string): number {
  return entry === MANIFEST ? LARGEST_MANIFEST : MASK.test(entry) ? LARGEST_MASK : LARGEST_SOURCE;
}

async function readManifest(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry | undefined,
  name: string,
): Promise<ProjectManifest> {
  if (!entry) throw new Error(`it has no ${MANIFEST}`);
  const chunks: Buffer[] = [];
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
  const raw = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const version = Number(raw?.gesso);
  if (version > PROJECT_VERSION)
    throw new GessoError(
      'project/broken',
      `${name} is a project of version ${version}; this Gesso knows version ${PROJECT_VERSION}.`,
      'Update Gesso, or save the project again from an earlier version.',
    );
  const parsed = projectManifest.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`${issue?.path.join('.') || MANIFEST}: ${issue?.message ?? 'invalid'}`);
}

/** Writes an entry beside its place first; what is there under that hash already stays. */
async function unpack(zip: yauzl.ZipFile, entry: yauzl.Entry, target: string, sha256: string): Promise<void> {
  if (await isSame(target, { sha256, bytes: entry.uncompressedSize })) return;
  const temp = `${target}.part`;
  try {
    await pipeline(
      await zip.openReadStreamPromise(entry),
      atMost(entry.uncompressedSize),
      createWriteStream(temp, { mode: 0o600 }),
    );
    if ((await hashFile(temp)).sha256 !== sha256) throw new Error(`${entry.fileName} is damaged`);
    await fsyncFile(temp);
    await rename(temp, target);
  } catch (cause) {
    await rm(temp, { force: true });
    throw storageError(cause, target) ?? cause;
  }
}

/** Whether a file is there and holds just that; its size tells most others apart without reading. */
async function isSame(file: string, { sha256, bytes }: { sha256: string; bytes: number }): Promise<boolean> {
  try {
    const facts = await stat(file);
    return facts.isFile() && facts.size === bytes && (await hashFile(file)).sha256 === sha256;
  } catch {
    return false;
  }
}

function broken(name: string, why: string, cause: unknown): GessoError {
  return new GessoError(
    'project/broken',
    `${name} is not a project that can be opened: ${why}.`,
    'Choose another copy of it, or open the pictures by themselves.',
    cause,
  );
}
