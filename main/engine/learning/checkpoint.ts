import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { GessoError } from '../../../contract/errors.ts';
import { fsyncFile, fsyncFolder } from '../../../models/library/storage.ts';

const MAGIC = 'GESSOLRN';
/** Magic, and the header's length. */
const LEAD = 12;

/** Looks at what is held out: how many shares were done and which step it was at the last one, and what they found. */
const looks = z.object({
  shares: z.number().int().nonnegative(),
  step: z.number().int().nonnegative(),
  lowest: z.number(),
  without: z.number().int().nonnegative(),
});

const header = z.object({
  gesso: z.literal(1),
  /** What is learnt, and of what: only that goes on from here. */
  subject: z.string(),
  /** Steps that are done. */
  step: z.number().int().nonnegative(),
  /** Seconds of learning so far. */
  seconds: z.number().nonnegative(),
  looks: looks.optional(),
  /** Name and floats of the vectors that follow, in order. */
  vectors: z.array(z.tuple([z.string(), z.number().int().nonnegative()])),
  sha256: z.string(),
});

/** All that learning needs to go on as if it had never stopped. */
export interface Checkpoint {
  readonly subject: string;
  readonly step: number;
  readonly seconds: number;
  /** Left out before the first look. */
  readonly looks?: z.infer<typeof looks>;
  /** Flat vectors of the networks as `NETWORK/NAME`, and `losses`, one a step. */
  readonly vectors: ReadonlyMap<string, Float32Array>;
}

const bytesOf = (floats: Float32Array) => new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);

/** Writes it beside its place, flushes and renames: a kill leaves the one before, or this one whole. */
export async function writeCheckpoint(file: string, checkpoint: Checkpoint): Promise<void> {
  const { vectors, ...rest } = checkpoint;
  const hash = createHash('sha256');
  for (const floats of vectors.values()) hash.update(bytesOf(floats));
  const text = Buffer.from(
    JSON.stringify({
      gesso: 1,
      ...rest,
      vectors: [...vectors].map(([name, floats]) => [name, floats.length]),
      sha256: hash.digest('hex'),
    }),
  );
  const lead = Buffer.alloc(LEAD);
  lead.write(MAGIC, 'latin1');
  lead.writeUInt32LE(text.length, MAGIC.length);
  const temp = `${file}.part`;
  try {
    await writeFile(temp, Buffer.concat([lead, text, ...[...vectors.values()].map(bytesOf)]));
    await fsyncFile(temp);
    await rename(temp, file);
    await fsyncFolder(path.dirname(file));
  } catch (thrown) {
    await rm(temp, { force: true });
    throw thrown;
  }
}

/**
 * @returns undefined where there is none
 * @throws GessoError model/broken where it is damaged
 */
export async function readCheckpoint(file: string): Promise<Checkpoint | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch {
    return undefined;
  }
  try {
    if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) throw new Error('no checkpoint');
    const start = LEAD + bytes.readUInt32LE(MAGIC.length);
    const told = header.parse(JSON.parse(bytes.toString('utf8', LEAD, start)));
    const floats = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length),
    );
    const total = told.vectors.reduce((sum, [, count]) => sum + count, 0);
    if (floats.length !== total) throw new Error('it was cut');
    if (createHash('sha256').update(bytesOf(floats)).digest('hex') !== told.sha256)
      throw new Error('it was changed');
    let from = 0;
    const vectors = new Map(
      told.vectors.map(([name, count]) => {
        from += count;
        return [name, floats.subarray(from - count, from)] as const;
      }),
    );
    const { subject, step, seconds, looks } = told;
    return { subject, step, seconds, vectors, ...(looks && { looks }) };
  } catch (cause) {
    throw new GessoError(
      'model/broken',
      `What was learnt so far, ${path.basename(file)}, is damaged.`,
      'Learn it anew: leave --resume out.',
      cause,
    );
  }
}
