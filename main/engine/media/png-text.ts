import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { crc32, inflateSync } from 'node:zlib';

const SIGNATURE = 8;
/** Length, type and checksum around a chunk's data. */
const AROUND = 12;
/** A text longer than that is none that a person reads. */
const MAX_TEXT = 2 ** 20;

/**
 * Adds a text under a keyword to a PNG, behind its header, where programs look for it (PNG, third edition, 11.3.3.4:
 * iTXt, UTF-8). The file is replaced whole.
 * @param keyword 1 to 79 Latin letters
 */
export async function addPngText(file: string, keyword: string, text: string): Promise<void> {
  const bytes = await readFile(file);
  const header = SIGNATURE + AROUND + bytes.readUInt32BE(SIGNATURE);
  const data = Buffer.concat([
    Buffer.from(keyword, 'latin1'),
    // Ends the keyword; not compressed; no language, no translated keyword.
    Buffer.from([0, 0, 0, 0, 0]),
    Buffer.from(text, 'utf8'),
  ]);
  const temp = `${file}.text`;
  try {
    await writeFile(
      temp,
      Buffer.concat([bytes.subarray(0, header), chunk('iTXt', data), bytes.subarray(header)]),
      {
        flush: true,
      },
    );
    await rename(temp, file);
  } catch (cause) {
    await rm(temp, { force: true });
    throw cause;
  }
}

/** The texts of a PNG by their keywords; none of a file that is no PNG or is damaged. */
export async function readPngTexts(file: string): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const head = Buffer.alloc(8);
    for (let at = SIGNATURE; at + AROUND <= size; ) {
      await handle.read(head, 0, 8, at);
      const length = head.readUInt32BE(0);
      const type = head.toString('latin1', 4, 8);
      if (type === 'IDAT' && Object.keys(texts).length > 0) break;
      if (/^(tEXt|iTXt|zTXt)$/.test(type) && length <= MAX_TEXT && at + AROUND + length <= size) {
        const data = Buffer.alloc(length);
        await handle.read(data, 0, length, at + 8);
        const found = textOf(type, data);
        if (found) texts[found.keyword] = found.text;
      }
      at += AROUND + length;
    }
  } finally {
    await handle.close();
  }
  return texts;
}

function textOf(type: string, data: Buffer): { keyword: string; text: string } | undefined {
  const end = data.indexOf(0);
  if (end < 1 || end > 79) return undefined;
  const keyword = data.toString('latin1', 0, end);
  try {
    if (type === 'tEXt') return { keyword, text: data.toString('latin1', end + 1) };
    if (type === 'zTXt') return { keyword, text: inflate(data.subarray(end + 2)).toString('latin1') };
    const isPacked = data[end + 1] === 1;
    const language = data.indexOf(0, end + 3);
    const translated = data.indexOf(0, language + 1);
    if (language < 0 || translated < 0) return undefined;
    const rest = data.subarray(translated + 1);
    return { keyword, text: (isPacked ? inflate(rest) : rest).toString('utf8') };
  } catch {
    return undefined;
  }
}

function inflate(data: Buffer): Buffer {
  return inflateSync(data, { maxOutputLength: MAX_TEXT });
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
