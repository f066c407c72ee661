import * as electron from 'electron';
import type { Desktop } from '../ipc/desktop.ts';
import { pathsIn } from '../ipc/pasted.ts';

/** The clipboard of Electron 44 and older, which the fallback is (docs/decisions). */
interface OlderClipboard {
  readBuffer(format: string): Buffer;
  readImage(): electron.NativeImage;
  writeImage(image: electron.NativeImage): void;
}

/** What the system's clipboard holds, for a paste. */
export async function copied(): ReturnType<Desktop['copied']> {
  const older = electron.clipboard as unknown as Partial<OlderClipboard>;
  const { read, png } = older.readBuffer ? olderReader(older as OlderClipboard) : await reader();
  const files = await pathsIn(read);
  if (files.length > 0) return { files };
  const bytes = await png();
  return bytes.length > 0 ? { png: bytes } : undefined;
}

/** Puts a picture on the system's clipboard. */
export async function copy(png: Uint8Array<ArrayBuffer>): Promise<void> {
  const older = electron.clipboard as unknown as Partial<OlderClipboard>;
  if (older.writeImage) older.writeImage(electron.nativeImage.createFromBuffer(Buffer.from(png)));
  else
    await electron.clipboard.write([
      new electron.ClipboardItem({ 'image/png': new Blob([png], { type: 'image/png' }) }),
    ]);
}

function olderReader(older: OlderClipboard) {
  return {
    read: async (format: string) => older.readBuffer(format),
    png: async () => {
      const image = older.readImage();
      return image.isEmpty() ? Buffer.alloc(0) : image.toPNG();
    },
  };
}

async function reader() {
  const items = await electron.clipboard.read();
  const get = async (type: string): Promise<Buffer> => {
    for (const item of items) {
      // It rejects where there is no such type.
      const held = await item.getType(type).catch(() => undefined);
      if (held instanceof Blob) return Buffer.from(await held.arrayBuffer());
    }
    return Buffer.alloc(0);
  };
  return {
    read: async (format: string) => {
      const bytes = await get(format);
      return bytes.length > 0 ? bytes : get(`electron application/osclipboard;format="${format}"`);
    },
    png: () => get('image/png'),
  };
}
