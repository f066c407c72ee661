import { attempt, bridge } from '../../app/bridge.ts';
import type { MadeTableState } from '../../app/generate-state.ts';
import { decode } from '../../canvas/pictures.ts';
import { t } from '../../ui/words.ts';
import { labelOf } from './table-axes.ts';

/** Longest side of a cell, and all of the table, pixels: a canvas holds no more. */
const CELL = 512;
const LARGEST = 16_000;
const GAP = 12;
const HEAD = 44;
const ROW_HEAD = 180;
const FONT = '22px system-ui, "Segoe UI", "DejaVu Sans", sans-serif';

type Shown = NonNullable<MadeTableState['shown']>;

/** The table with its heads as a PNG; undefined where a picture cannot be read, which is said. */
export async function drawTable({ x, y, cells }: Shown): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const images: HTMLImageElement[] = [];
  for (const id of cells) {
    const view = await attempt(bridge.viewMade({ id, display: 'srgb' }));
    if (!view) return undefined;
    images.push(await decode(view));
  }
  const most = Math.floor(LARGEST / Math.max(x.values.length, y.values.length)) - GAP;
  const longest = Math.max(
    ...images.map(({ naturalWidth, naturalHeight }) => Math.max(naturalWidth, naturalHeight)),
  );
  const ratio = Math.min(1, Math.min(CELL, most) / longest);
  const width = Math.round(Math.max(...images.map((image) => image.naturalWidth)) * ratio);
  const height = Math.round(Math.max(...images.map((image) => image.naturalHeight)) * ratio);
  const canvas = new OffscreenCanvas(
    ROW_HEAD + x.values.length * (width + GAP) + GAP,
    HEAD + y.values.length * (height + GAP) + GAP,
  );
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#1d1d1f';
  context.font = FONT;
  context.textBaseline = 'middle';
  const left = (column: number) => ROW_HEAD + column * (width + GAP);
  const top = (row: number) => HEAD + row * (height + GAP);
  const axes = `${t(`generate.table.axis.${y.axis}`)} / ${t(`generate.table.axis.${x.axis}`)}`;
  context.fillText(axes, GAP, HEAD / 2, ROW_HEAD - 2 * GAP);
  for (const [column, value] of x.values.entries())
    context.fillText(labelOf(value), left(column), HEAD / 2, width);
  for (const [row, value] of y.values.entries())
    context.fillText(labelOf(value), GAP, top(row) + height / 2, ROW_HEAD - 2 * GAP);
  for (const [at, image] of images.entries()) {
    const [column, row] = [at % x.values.length, Math.floor(at / x.values.length)];
    const [w, h] = [image.naturalWidth * ratio, image.naturalHeight * ratio];
    context.drawImage(image, left(column), top(row), w, h);
  }
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new Uint8Array(await blob.arrayBuffer());
}
