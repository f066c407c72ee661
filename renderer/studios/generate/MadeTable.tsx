import { attempt, bridge } from '../../app/bridge.ts';
import { showMade } from '../../app/generate-changes.ts';
import { type MadeTableState, TABLE_AXES } from '../../app/generate-state.ts';
import { setState, useStudio } from '../../app/store.ts';
import { badgeOfItem } from '../../queue/status.ts';
import { Bar } from '../../ui/Bar.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Pick } from '../../ui/Pick.tsx';
import { t } from '../../ui/words.ts';
import { drawTable } from './draw-table.ts';
import { makeTable, whyNoTable } from './make-table.ts';
import { FIRST_VALUES, labelOf } from './table-axes.ts';

type SideName = 'x' | 'y';

/** Settings compared in a table: two of them, each with a list of values, and a picture of each combination. */
export function MadeTable() {
  const table = useStudio((state) => state.table);
  const reason = useStudio(whyNoTable);
  const isDone = useStudio(({ made }) => isWhole(table, made));
  return (
    <section className="made-table" aria-label={t('generate.table.title')}>
      <form
        className="table-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!reason) void makeTable();
        }}
      >
        <SideFields side="x" />
        <SideFields side="y" />
        <div className="row">
          <button
            type="submit"
            className="button"
            aria-disabled={reason !== undefined}
            aria-describedby="no-table"
          >
            {t('generate.table.make')}
          </button>
          <button
            type="button"
            className="button"
            aria-disabled={!isDone}
            onClick={() => isDone && void exportTable(table)}
          >
            {t('generate.table.export')}
          </button>
        </div>
        <p id="no-table" className="faint note">
          {reason ?? t('generate.table.hint')}
        </p>
      </form>
      {table.shown && <Cells shown={table.shown} />}
    </section>
  );
}

function SideFields({ side }: { side: SideName }) {
  const { axis, text } = useStudio(({ table }) => table[side]);
  const change = (next: { axis?: typeof axis; text?: string }) =>
    setState(({ table }) => ({ table: { ...table, [side]: { ...table[side], ...next } } }));
  return (
    <div className="row fields">
      <span className="dim table-side">{t(`generate.table.side.${side}`)}</span>
      <Pick
        label={t(`generate.table.side.${side}`)}
        value={axis}
        options={TABLE_AXES.map((value) => ({ value, text: t(`generate.table.axis.${value}`) }))}
        onChange={(value) => change({ axis: value, text: FIRST_VALUES[value] })}
      />
      <input
        className="field"
        aria-label={t(`generate.table.values.${side}`)}
        spellCheck={false}
        value={text}
        onChange={({ target }) => change({ text: target.value })}
      />
    </div>
  );
}

type Shown = NonNullable<MadeTableState['shown']>;

function Cells({ shown: { x, y, cells } }: { shown: Shown }) {
  return (
    <div className="table-scroll">
      <table>
        <thead>
          <tr>
            <td className="faint">
              {t(`generate.table.axis.${y.axis}`)} / {t(`generate.table.axis.${x.axis}`)}
            </td>
            {x.values.map((value) => (
              <th key={value} scope="col">
                {labelOf(value)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {y.values.map((value, row) => (
            <tr key={value}>
              <th scope="row">{labelOf(value)}</th>
              {x.values.map((along, column) => (
                <td key={along}>
                  <Cell
                    id={cells[row * x.values.length + column]}
                    name={`${labelOf(along)}, ${labelOf(value)}`}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** One combination: pressed, it is shown on the canvas. */
function Cell({ id, name }: { id: string | undefined; name: string }) {
  const made = useStudio((state) => state.made.find((each) => each.id === id));
  const progress = useStudio(({ madeProgress }) => (id === undefined ? undefined : madeProgress[id]));
  if (!made) return <span className="cell cell-gone" />;
  const image = made.thumb ?? progress?.sketch?.url;
  const isDone = made.status === 'done' || made.status === 'skipped';
  const badge = isDone ? undefined : badgeOfItem(made.status);
  const words = badge ? `${name}, ${badge.word}` : name;
  return (
    <button type="button" className="cell" aria-label={words} onClick={() => showMade(made.id)}>
      {image && <img src={image} alt="" draggable={false} />}
      {badge && !image && <Icon name={badge.icon} />}
      {made.status === 'running' && <Bar label={words} fraction={progress?.fraction ?? 0} />}
    </button>
  );
}

/** Whether each of its pictures is there. */
function isWhole({ shown }: MadeTableState, made: readonly { id: string; status: string }[]): boolean {
  const done = new Set(made.filter(({ status }) => status === 'done').map(({ id }) => id));
  return shown?.cells.every((id) => done.has(id)) ?? false;
}

/** All of it as one picture, where the system's dialog says. */
async function exportTable({ shown }: MadeTableState): Promise<void> {
  if (!shown) return;
  const png = await drawTable(shown);
  if (png) await attempt(bridge.saveSheet({ png }));
}
