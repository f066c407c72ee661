/** A text and what is selected of it. */
export interface Selected {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What one press of a key adds to a weight, or takes away. */
const STEP = 0.1;
const LEAST = 0;
const MOST = 3;
/** What ends a word of a prompt. */
const BETWEEN = /[\s,.;:!?()[\]{}<>|\\]/;
const WEIGHT = /^:\s*(\d+(?:\.\d+)?)\s*$/;

/** `(what is meant:1.2)` with the places of its parts in the text. */
interface Group {
  /** Of the bracket, and behind the closing one. */
  readonly from: number;
  readonly to: number;
  /** Behind what is meant. */
  readonly inner: number;
  readonly weight: number;
}

/**
 * Weighs what is selected, or the word at the caret, more or less, as AUTOMATIC1111's window writes it: `(word:1.1)`.
 * What has a weight already gets another one; a weight of 1 needs no brackets. What was selected stays selected. Where
 * there is no word, nothing changes.
 * @param direction 1: more, -1: less
 */
export function weighWords(selected: Selected, direction: 1 | -1): Selected {
  const { text } = selected;
  const isCaret = selected.start === selected.end;
  const around = isCaret ? groupAround(text, selected.start) : groupOf(text, selected);
  if (around) return reweighed(selected, around, direction);
  const { start, end } = isCaret ? wordAt(text, selected.start) : trimmed(selected);
  if (start === end) return selected;
  const word = text.slice(start, end);
  const weighed = `(${word}:${numberOf(1 + direction * STEP)})`;
  const moved = start + 1;
  return {
    text: text.slice(0, start) + weighed + text.slice(end),
    ...(isCaret
      ? { start: selected.start + 1, end: selected.start + 1 }
      : { start: moved, end: moved + word.length }),
  };
}

function reweighed({ text, start, end }: Selected, group: Group, direction: 1 | -1): Selected {
  const meant = text.slice(group.from + 1, group.inner);
  const weight = Math.min(MOST, Math.max(LEAST, Math.round((group.weight + direction * STEP) * 100) / 100));
  const isPlain = weight === 1;
  const written = isPlain ? meant : `(${meant}:${numberOf(weight)})`;
  const by = isPlain ? -1 : 0;
  // A caret in the weight itself goes to the end of what is weighed.
  const at = (place: number) => Math.min(place, group.inner) + by;
  return {
    text: text.slice(0, group.from) + written + text.slice(group.to),
    start: Math.max(group.from, at(start)),
    end: Math.max(group.from, at(end)),
  };
}

/** The innermost weighed group that a place lies in. */
function groupAround(text: string, at: number): Group | undefined {
  return groupsOf(text)
    .filter(({ from, to }) => from < at && at < to)
    .toSorted((a, b) => b.from - a.from)[0];
}

/** The weighed group that is selected, with its brackets or without. */
function groupOf(text: string, { start, end }: Selected): Group | undefined {
  return groupsOf(text).find(
    ({ from, inner, to }) => (start === from + 1 && end === inner) || (start === from && end === to),
  );
}

function groupsOf(text: string): Group[] {
  const groups: Group[] = [];
  const open: { from: number; colon: number }[] = [];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    // What is escaped is no bracket.
    if (sign === '\\') at++;
    else if (sign === '(') open.push({ from: at, colon: -1 });
    else if (sign === ':' && open.length > 0) open.at(-1)!.colon = at;
    else if (sign === ')') {
      const last = open.pop();
      const weight = last && last.colon >= 0 ? WEIGHT.exec(text.slice(last.colon, at))?.[1] : undefined;
      if (last && weight !== undefined)
        groups.push({ from: last.from, to: at + 1, inner: last.colon, weight: Number(weight) });
    }
  }
  return groups;
}

function wordAt(text: string, at: number): { start: number; end: number } {
  let [start, end] = [at, at];
  while (start > 0 && !BETWEEN.test(text[start - 1]!)) start--;
  while (end < text.length && !BETWEEN.test(text[end]!)) end++;
  return { start, end };
}

/** Without the white space around it. */
function trimmed({ text, start, end }: Selected): { start: number; end: number } {
  const chosen = text.slice(start, end);
  const from = start + chosen.length - chosen.trimStart().length;
  return { start: from, end: Math.max(from, start + chosen.trimEnd().length) };
}

function numberOf(weight: number): string {
  return String(Math.round(weight * 100) / 100);
}
