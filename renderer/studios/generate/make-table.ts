import type { MadeTableState } from '../../app/generate-state.ts';
import { getState, type StudioState, setState } from '../../app/store.ts';
import { t } from '../../ui/words.ts';
import { begin } from './make.ts';
import { whyNotMake } from './reasons.ts';
import { stepsOf, valuesOf } from './table-axes.ts';

/** More are a day's work that nobody looks through. */
const MOST_CELLS = 100;

/** Why the table cannot be made; undefined: it can. */
export function whyNoTable(state: StudioState): string | undefined {
  const { generate, table } = state;
  // Seed and number of pictures are the table's own.
  const [reason] = whyNotMake({
    ...state,
    generate: { ...generate, kind: 'diffusion', count: 1, isSeedFixed: false },
  });
  if (reason !== undefined) return reason;
  if (table.x.axis === table.y.axis) return t('generate.table.sameAxis');
  const [x, y] = [valuesOf(table.x), valuesOf(table.y)];
  const wrong = 'wrong' in x ? x.wrong : 'wrong' in y ? y.wrong : undefined;
  if (wrong !== undefined) return t('generate.table.wrong', { value: wrong });
  return cellsOf(table) > MOST_CELLS ? t('generate.table.tooMany', { most: MOST_CELLS }) : undefined;
}

function cellsOf({ x, y }: MadeTableState): number {
  const [along, down] = [valuesOf(x), valuesOf(y)];
  return 'values' in along && 'values' in down ? along.values.length * down.values.length : 0;
}

/** Makes a picture of each combination; what is the same in all of them, the seed too, is the inspector's. */
export async function makeTable(): Promise<void> {
  const { generate, table } = getState();
  const [along, down] = [valuesOf(table.x), valuesOf(table.y)];
  if (!('values' in along && 'values' in down)) return;
  const x = { axis: table.x.axis, values: along.values };
  const y = { axis: table.y.axis, values: down.values };
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
  const seed = generate.isSeedFixed ? generate.diffusion.seed : drawn;
  const cells = await begin(stepsOf({ ...generate.diffusion, seed }, x, y), 1, true);
  if (cells) setState((state) => ({ table: { ...state.table, shown: { x, y, cells } } }));
}
