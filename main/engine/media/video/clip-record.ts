import { open } from 'node:fs/promises';
import type { ClipContainer } from '../../../../contract/clip-coding.ts';
import { recipeIn, recordRecipe, sourceTypeAddress } from '../xmp.ts';
import { openClip } from './clip-facts.ts';

/** How a clip that was made of nothing came about. */
export interface ClipRecord {
  readonly title: string;
  /** The settings as A1111's web interface writes them, which many programs read of pictures. */
  readonly parameters: string;
  /** Gesso's recipe, JSON. */
  readonly recipe: string;
  readonly software: string;
}

/** XMP Specification Part 3 (2020), 1.1.4 MPEG-4: a box of this kind at the top of the file holds the packet. */
const XMP_BOX = Buffer.from('be7acfcb97a942e89c71999491e3afac', 'hex');
/** A packet of ours is a few kilobytes. */
const LARGEST_PACKET = 4e6;
/** Boxes at the top of a file: a fragmented one has some for each second. */
const MOST_BOXES = 100_000;
/** In Matroska, which has no place for XMP. */
const RECIPE_TAG = 'GESSO_RECIPE';
const SOURCE = 'trainedAlgorithmicMedia';

/** What a container's own tags can say; of MP4 the rest is said by `addRecord`. */
export function tagsOf(
  { title, parameters, recipe }: ClipRecord,
  container: ClipContainer,
): Record<string, string> {
  const common = { title, comment: parameters };
  if (isIsoBased(container)) return common;
  return { ...common, [RECIPE_TAG]: recipe, DIGITAL_SOURCE_TYPE: sourceTypeAddress(SOURCE) };
}

/** Adds the recipe and where the clip comes from behind all else of an MP4, where no offset changes. */
export async function addRecord(
  file: string,
  { software, recipe }: ClipRecord,
  container: ClipContainer,
): Promise<void> {
  if (!isIsoBased(container)) return;
  const packet = Buffer.from(recordRecipe(undefined, software, recipe, SOURCE), 'utf8');
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + XMP_BOX.length + packet.length);
  head.write('uuid', 4, 'latin1');
  const handle = await open(file, 'a');
  try {
    await handle.writeFile(Buffer.concat([head, XMP_BOX, packet]));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * What a clip says of how it was made; a comment without a recipe is not of ours.
 * @throws GessoError input/unreadable
 */
export async function recordIn(file: string): Promise<{ recipe?: string; parameters?: string }> {
  const context = await openClip(file);
  let tags: Record<string, string>;
  try {
    tags = context.metadata?.getAll() ?? {};
  } finally {
    await context.closeInput();
  }
  const packet = tags[RECIPE_TAG] === undefined ? await packetIn(file) : undefined;
  const recipe = tags[RECIPE_TAG] ?? (packet && recipeIn(packet));
  if (recipe === undefined) return {};
  const { comment = tags.COMMENT } = tags;
  return { recipe, ...(comment !== undefined && { parameters: comment }) };
}

function isIsoBased(container: ClipContainer): boolean {
  return container === 'mp4' || container === 'mov';
}

/** The XMP packet of an MP4; undefined: there is none, or it is another kind of file. */
async function packetIn(file: string): Promise<string | undefined> {
  const handle = await open(file, 'r');
  try {
    const { size: end } = await handle.stat();
    const head = Buffer.alloc(16 + XMP_BOX.length);
    let at = 0;
    for (let count = 0; at + 8 <= end && count < MOST_BOXES; count++) {
      const { bytesRead } = await handle.read(head, 0, head.length, at);
      const kind = head.toString('latin1', 4, 8);
      const short = head.readUInt32BE(0);
      const size = short === 1 && bytesRead >= 16 ? Number(head.readBigUInt64BE(8)) : short || end - at;
      // No box of MP4 is smaller than its head.
      if (size < 8 || bytesRead < 8) return undefined;
      const length = size - 8 - XMP_BOX.length;
      if (
        kind === 'uuid' &&
        head.subarray(8, 8 + XMP_BOX.length).equals(XMP_BOX) &&
        length <= LARGEST_PACKET
      ) {
        const packet = Buffer.alloc(Math.max(0, Math.min(length, end - at - 24)));
        await handle.read(packet, 0, packet.length, at + 24);
        return packet.toString('utf8');
      }
      at += size;
    }
    return undefined;
  } finally {
    await handle.close();
  }
}
