import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { storageError } from '../../models/library/storage.ts';

/** The clipboard as far as files are told by it: a format's bytes, empty where it is not there. */
type ReadFormat = (format: string) => Promise<Buffer>;

/** How each system's file managers tell of copied files. */
const FORMATS: { name: string; paths(bytes: Buffer): string[] }[] = [
  // GNOME: the first line is `copy` or `cut`.
  { name: 'x-special/gnome-copied-files', paths: (bytes) => fromUris(bytes.toString('utf8')) },
  { name: 'text/uri-list', paths: (bytes) => fromUris(bytes.toString('utf8')) },
  // macOS: a property list of all, or the address of the first.
  { name: 'NSFilenamesPboardType', paths: (bytes) => fromPropertyList(bytes.toString('utf8')) },
  { name: 'public.file-url', paths: (bytes) => fromUris(bytes.toString('utf8')) },
  // Windows: the first file; the list of all is a format that Electron does not name.
  { name: 'FileNameW', paths: (bytes) => [bytes.toString('utf16le').split('\0')[0]!] },
];

/** Absolute paths of the files that were copied. */
export async function pathsIn(read: ReadFormat): Promise<string[]> {
  for (const { name, paths } of FORMATS) {
    const bytes = await read(name);
    const found = bytes.length > 0 ? paths(bytes).filter((file) => path.isAbsolute(file)) : [];
    if (found.length > 0) return [...new Set(found)];
  }
  return [];
}

function fromUris(text: string): string[] {
  return text
    .split(/[\r\n\0]+/)
    .filter((line) => /^file:\/\//i.test(line))
    .flatMap((line) => {
      try {
        return [fileURLToPath(line)];
      } catch {
        // On another machine, or not the address of a file at all.
        return [];
      }
    });
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function fromPropertyList(text: string): string[] {
  return [...text.matchAll(/<string>([^<]*)<\/string>/g)].map(([, file = '']) =>
    file.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole),
  );
}

/** Keeps a pasted picture in a file of its own, named by the moment. @throws GessoError output/no-space, output/denied */
export async function keepPasted(folder: string, png: Uint8Array, now: Date): Promise<string> {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const stem = `pasted ${day} ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}`;
  const part = path.join(folder, `.${randomBytes(4).toString('hex')}.part`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(part, png, { flush: true });
    let file = path.join(folder, `${stem}.png`);
    for (let number = 2; existsSync(file); number++) file = path.join(folder, `${stem} (${number}).png`);
    await rename(part, file);
    return file;
  } catch (cause) {
    throw storageError(cause, path.join(folder, `${stem}.png`)) ?? cause;
  }
}
