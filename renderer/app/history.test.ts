import fc from 'fast-check';
import { expect, it } from 'vitest';
import { back, forward, type History, NO_HISTORY, stepped } from './history.ts';

/** A state of named numbers, and a change that sets one of them. */
type State = Record<string, number>;
interface Put {
  name: string;
  to: number;
}

const put = (state: State, { name, to }: Put): State => ({ ...state, [name]: to });
const acts = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ name: fc.constantFrom('a', 'b', 'c'), to: fc.nat({ max: 9 }) }) },
    fc.constantFrom('undo' as const, 'redo' as const),
  ),
  { maxLength: 40 },
);

interface Run {
  state: State;
  history: History<Put>;
}

function act({ state, history }: Run, what: Put | 'undo' | 'redo'): Run {
  if (typeof what === 'object') {
    const undo = { name: what.name, to: state[what.name]! };
    return { state: put(state, what), history: stepped(history, { undo, redo: what }) };
  }
  const moved = what === 'undo' ? back(history) : forward(history);
  return moved ? { state: put(state, moved.change), history: moved.history } : { state, history };
}

const start: Run = { state: { a: 0, b: 0, c: 0 }, history: NO_HISTORY };

it('gives every state back that there was, and then every one that was undone', () => {
  fc.assert(
    fc.property(acts, (many) => {
      const end = many.reduce(act, start);
      // The same as if only what is left in the past had been done.
      const left = end.history.past.reduce((state, { redo }) => put(state, redo), start.state);
      expect(end.state).toEqual(left);

      const count = end.history.past.length;
      let run = end;
      for (let at = 0; at < count; at++) run = act(run, 'undo');
      expect(run.state).toEqual(start.state);
      for (let at = 0; at < count; at++) run = act(run, 'redo');
      expect(run).toEqual(end);
    }),
  );
});

it('forgets what was undone as soon as something else is done', () => {
  const undone = [{ name: 'a', to: 1 }, 'undo' as const].reduce(act, start);
  expect(undone.history.future).toHaveLength(1);
  const other = act(undone, { name: 'b', to: 2 });
  expect(forward(other.history)).toBeUndefined();
  expect(act(other, 'redo').state).toEqual({ a: 0, b: 2, c: 0 });
});

it('holds all that was done while there is room, then the newest, and always the last', () => {
  const steps = (count: number, size: number) =>
    Array.from({ length: count }, (_, at) => ({ undo: 'x'.repeat(size), redo: String(at) })).reduce<
      History<string>
    >(stepped, NO_HISTORY);
  expect(steps(5000, 10).past).toHaveLength(5000);
  const large = steps(50, 1e5).past;
  expect(large.length).toBeLessThan(50);
  expect(large.length).toBeGreaterThan(30);
  expect(large.at(-1)?.redo).toBe('49');
  expect(steps(3, 5e6).past.map(({ redo }) => redo)).toEqual(['2']);
});
