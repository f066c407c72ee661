import type { Mask } from '../canvas/mask/mask.ts';
import { allOf, drawMask } from '../canvas/mask/mask-image.ts';
import type { Size } from '../canvas/view.ts';
import { bridge } from './bridge.ts';
import { setState } from './store.ts';

/** Of masks that are held beside those in main's folder, bytes: some hundred steps of undoing without reading. */
const MOST_HELD = 128e6;

/** Masks by their ids, the one that was wanted last at the end. */
const held = new Map<string, Mask>();

/** A mask that was saved; undefined: main has it no more, and that is said. */
export async function readMask(id: string, size: Size): Promise<Mask | undefined> {
  const known = held.get(id);
  if (known?.width === size.width && known.height === size.height) {
    hold(id, known);
    return known;
  }
  const outcome = await bridge.readMask({ id });
  if (!outcome.ok) {
    setState({ notice: outcome.error });
    return undefined;
  }
  const image = await createImageBitmap(new Blob([new Uint8Array(outcome.value.png)]));
  const { context, canvas } = contextOf(size);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const mask = { ...size, data: new Uint8Array(data.length / 4) };
  for (let at = 0; at < mask.data.length; at++) mask.data[at] = data[4 * at]!;
  hold(id, mask);
  return mask;
}

/** @returns its id; undefined: it could not be kept, and that is said */
export async function saveMask(mask: Mask): Promise<string | undefined> {
  const { context, canvas } = contextOf(mask);
  const image = context.createImageData(mask.width, mask.height);
  for (let at = 0; at < mask.data.length; at++)
    image.data.fill(mask.data[at]!, 4 * at, 4 * at + 3)[4 * at + 3] = 255;
  context.putImageData(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  const outcome = await bridge.saveMask({ png: new Uint8Array(await blob.arrayBuffer()) });
  if (!outcome.ok) {
    setState({ notice: outcome.error });
    return undefined;
  }
  hold(outcome.value.id, mask);
  return outcome.value.id;
}

/** A mask as an image: its opacity is the mask. */
export function maskImage(mask: Mask): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: mask.width, height: mask.height });
  drawMask(canvas.getContext('2d')!, mask, allOf(mask));
  return canvas;
}

function hold(id: string, mask: Mask): void {
  held.delete(id);
  held.set(id, mask);
  let bytes = [...held.values()].reduce((sum, { data }) => sum + data.length, 0);
  for (const [oldest, { data }] of held) {
    if (bytes <= MOST_HELD || oldest === id) break;
    held.delete(oldest);
    bytes -= data.length;
  }
}

function contextOf({ width, height }: Size) {
  const canvas = new OffscreenCanvas(width, height);
  return { canvas, context: canvas.getContext('2d', { willReadFrequently: true })! };
}
