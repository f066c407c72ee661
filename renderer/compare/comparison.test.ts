import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Outcome } from '../../contract/bridge.ts';
import type { Args } from '../../contract/channels.ts';
import type { ErrorRecord } from '../../contract/errors.ts';
import { Comparison, type Target } from './comparison.ts';

/** The other end of the line: calls wait until the test answers them. */
class Main {
  readonly calls: {
    args: Args<'preview.run'>;
    isCancelled: boolean;
    answer(outcome: Outcome<{ blocks: number }>): void;
  }[] = [];

  readonly run = (args: Args<'preview.run'>) => {
    let answer: (outcome: Outcome<{ blocks: number }>) => void = () => {};
    const promise = new Promise<Outcome<{ blocks: number }>>((resolve) => {
      answer = resolve;
    });
    const call = { args, isCancelled: false, answer };
    this.calls.push(call);
    return {
      outcome: promise,
      cancel: () => {
        call.isCancelled = true;
      },
    };
  };

  get last() {
    return this.calls.at(-1)!;
  }

  get models() {
    return this.calls.map(({ args }) => args.steps.at(-1)?.model);
  }
}

const done: Outcome<{ blocks: number }> = { ok: true, value: { blocks: 1 } };
const failed = (code: ErrorRecord['code']): Outcome<{ blocks: number }> => ({
  ok: false,
  error: { code, message: '', hint: '' },
});
const target = (model: string, scale = 2): Target => ({
  model,
  scale,
  steps: [{ studio: 'restore', task: 'upscale', model, scale, strength: 1 }],
});
const picture = { id: 'one', width: 100, height: 80 };
const part = { x: 0, y: 0, width: 10, height: 10 };
const settle = async () => {
  await vi.advanceTimersByTimeAsync(200);
};

let main: Main;
let comparison: Comparison;
beforeEach(() => {
  vi.useFakeTimers();
  main = new Main();
  comparison = new Comparison({
    run: main.run,
    decode: async () => ({}) as HTMLImageElement,
    display: 'srgb',
    changed: () => {},
  });
});
afterEach(() => {
  comparison.end();
  vi.useRealTimers();
});

const begin = async (...models: string[]) => {
  comparison.aim(
    picture,
    models.map((model) => target(model)),
  );
  comparison.see(part);
  await settle();
};
const answer = async (outcome: Outcome<{ blocks: number }>) => {
  main.last.answer(outcome);
  await settle();
};
const block = (key: string, milliseconds = 5) =>
  comparison.add({
    turn: main.last.args.turn,
    key,
    url: 'gesso://picture/piece/0',
    place: { x: 0, y: 0, width: 20, height: 20 },
    fraction: 0.5,
    milliseconds,
  });

describe('several models', () => {
  it('run one after the other, each on the same part', async () => {
    await begin('a', 'b');
    expect(main.models).toEqual(['a']);
    expect(comparison.stateOf('a').kind).toBe('working');
    expect(comparison.stateOf('b').kind).toBe('waiting');
    await answer(done);
    expect(main.models).toEqual(['a', 'b']);
    expect(comparison.stateOf('a').kind).toBe('done');
    await answer(done);
    expect(main.calls.map(({ args }) => args.region)).toEqual([part, part]);
    expect(comparison.stateOf('b').kind).toBe('done');
  });

  it('go on where one fails, which says why and may be tried again', async () => {
    await begin('a', 'b');
    await answer(failed('model/broken'));
    expect(comparison.stateOf('a')).toMatchObject({ kind: 'failed', error: { code: 'model/broken' } });
    expect(main.models).toEqual(['a', 'b']);
    await answer(done);
    expect(main.calls).toHaveLength(2);
    comparison.retry('a');
    expect(main.models).toEqual(['a', 'b', 'a']);
  });

  it('say how long their networks ran for what is in sight, once all of it is there', async () => {
    await begin('a');
    block('0', 5);
    block('1', 7);
    await settle();
    expect(comparison.stateOf('a')).toEqual({ kind: 'working', fraction: 0.5 });
    expect(comparison.timeOf('a')).toBeUndefined();
    await answer(done);
    expect(comparison.timeOf('a')).toBe(12);
    expect(comparison.draftOf('a')?.parts()).toHaveLength(2);
    expect(comparison.draftOf('a')?.size).toEqual({ width: 200, height: 160 });
  });

  it('do not take blocks of another call', async () => {
    await begin('a');
    const { turn } = main.last.args;
    comparison.add({ turn: turn - 1, key: '0', url: '', place: part, fraction: 1, milliseconds: 1 });
    await settle();
    expect(comparison.draftOf('a')?.parts()).toHaveLength(0);
  });
});

describe('a part that moves', () => {
  it('ends what is at work for the part before, and asks only for blocks that are not there', async () => {
    await begin('a', 'b');
    block('0');
    await settle();
    comparison.see({ ...part, x: 50 });
    expect(main.last.isCancelled).toBe(false);
    await settle();
    expect(main.calls[0]?.isCancelled).toBe(true);
    expect(main.last.args).toMatchObject({ region: { x: 50 }, skip: ['0'] });
    expect(main.models).toEqual(['a', 'a']);
  });

  it('leaves a model that was shown before its blocks', async () => {
    await begin('a');
    block('0');
    await answer(done);
    comparison.aim(picture, [target('b')]);
    await answer(done);
    comparison.aim(picture, [target('a')]);
    expect(comparison.stateOf('a').kind).toBe('done');
    comparison.aim(picture, [target('a', 4)]);
    expect(comparison.stateOf('a').kind).toBe('working');
    expect(main.last.args.skip).toEqual([]);
  });
});

describe('the end', () => {
  it('of the comparison ends the model at work, and nothing more is asked for', async () => {
    await begin('a', 'b');
    comparison.end();
    expect(main.last.isCancelled).toBe(true);
    await answer(done);
    comparison.see({ ...part, x: 50 });
    await settle();
    expect(main.calls).toHaveLength(1);
  });

  it('of the turn of a pane that is taken off gives the turn to the next', async () => {
    await begin('a', 'b');
    comparison.aim(picture, [target('b')]);
    expect(main.calls[0]?.isCancelled).toBe(true);
    expect(main.models).toEqual(['a', 'b']);
  });

  it('is only put off by a hold', async () => {
    await begin('a', 'b');
    comparison.hold(true);
    expect(main.last.isCancelled).toBe(true);
    expect(comparison.stateOf('a').kind).toBe('stopped');
    comparison.see({ ...part, x: 50 });
    await settle();
    expect(main.calls).toHaveLength(1);
    comparison.hold(false);
    expect(main.calls).toHaveLength(2);
    expect(comparison.stateOf('a').kind).toBe('working');
  });
});
