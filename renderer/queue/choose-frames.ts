/** Which pictures of the strip are meant; ids in the strip's order stand beside it as `ids`. */
export interface Choice {
  /** On the canvas; one of the chosen ones wherever something is chosen. */
  selected: string | undefined;
  chosen: readonly string[];
  /** Where a range begins; left out: at the selected one. */
  anchor?: string | undefined;
  /** Holds the strip's place in the tab order; left out: the selected one does. */
  focused?: string | undefined;
}

export function chooseOne(id: string): Choice {
  return { selected: id, chosen: [id], anchor: id, focused: id };
}

/** One more, or one less; the last one stays. What was added is looked at. */
export function toggle(choice: Choice, ids: readonly string[], id: string): Choice {
  if (!choice.chosen.includes(id)) {
    const chosen = inOrder(ids, new Set([...choice.chosen, id]));
    return { selected: id, chosen, anchor: id, focused: id };
  }
  const chosen = choice.chosen.filter((each) => each !== id);
  if (chosen.length === 0) return { ...choice, focused: id };
  const selected = choice.selected === id ? nearest(ids, new Set(chosen), id) : choice.selected;
  return { selected, chosen, anchor: id, focused: id };
}

/** All from where the range began up to `id`, instead of what was chosen before. */
export function chooseRange(choice: Choice, ids: readonly string[], id: string): Choice {
  const anchor = choice.anchor ?? choice.selected ?? id;
  const [from, to] = [ids.indexOf(anchor), ids.indexOf(id)].toSorted((a, b) => a - b);
  if (from === undefined || to === undefined || from < 0) return chooseOne(id);
  return { selected: id, chosen: ids.slice(from, to + 1), anchor, focused: id };
}

export function chooseAll(choice: Choice, ids: readonly string[]): Choice {
  return { ...choice, selected: choice.selected ?? ids[0], chosen: [...ids] };
}

/** The choice in another list: without what is gone. Where the selected one went, its neighbour is looked at. */
export function keepChosen(choice: Choice, before: readonly string[], after: readonly string[]): Choice {
  const there = new Set(after);
  const held = (id: string | undefined) => (id !== undefined && there.has(id) ? id : undefined);
  const left = new Set(choice.chosen.filter((id) => there.has(id)));
  const selected = held(choice.selected) ?? neighbour(before, after, there, left, choice.selected);
  // Where nothing of the choice is left, it begins anew with what is looked at.
  const chosen = selected === undefined ? [] : left.has(selected) ? inOrder(after, left) : [selected];
  return { selected, chosen, anchor: held(choice.anchor), focused: held(choice.focused) };
}

/** In the place of one that is gone: the nearest that is still chosen, else the next one, else the one before. */
function neighbour(
  before: readonly string[],
  after: readonly string[],
  there: ReadonlySet<string>,
  left: ReadonlySet<string>,
  gone: string | undefined,
): string | undefined {
  if (gone === undefined || !before.includes(gone)) return after[0];
  return nearest(before, left, gone) ?? nearest(before, there, gone) ?? after[0];
}

/** The nearest after `id` that is in `wanted`, else the nearest before it. */
function nearest(ids: readonly string[], wanted: ReadonlySet<string>, id: string): string | undefined {
  const at = ids.indexOf(id);
  return (
    ids.slice(at + 1).find((each) => wanted.has(each)) ??
    ids.slice(0, at).findLast((each) => wanted.has(each))
  );
}

function inOrder(ids: readonly string[], wanted: ReadonlySet<string>): string[] {
  return ids.filter((id) => wanted.has(id));
}
