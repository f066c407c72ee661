import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Port, ToPage } from '../../contract/channels.ts';
import { GessoError } from '../../contract/errors.ts';
import { type ChannelHandlers, servePage } from './serve.ts';

/** Main's end of a line whose other end is the test. */
function line(handlers: Partial<ChannelHandlers>) {
  const sent: ToPage[] = [];
  const problems: unknown[] = [];
  let hear: (message: unknown) => void = () => {};
  const port: Port<ToPage> = {
    send: (message) => sent.push(message),
    onMessage: (listener) => {
      hear = listener;
    },
  };
  const served = servePage(port, handlers as ChannelHandlers, (problem) => problems.push(problem));
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
  return {
    sent,
    problems,
    served,
    async say(message: unknown) {
      hear(message);
      await settle();
    },
  };
}

const waitsForCancel: Partial<ChannelHandlers> = {
  'models.install': (_args, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    }),
};

describe('main’s end of the line', () => {
  it('answers a call with its result', async () => {
    const { say, sent } = line({ 'sources.add': ({ paths }) => ({ added: paths.length }) });
    await say({
      kind: 'call',
      id: 1,
      channel: 'sources.add',
      args: { paths: ['/a', '/b'], studio: 'restore' },
    });
    expect(sent).toEqual([{ kind: 'result', id: 1, value: { added: 2 } }]);
  });

  it('answers a failure with its record, and a bug with a record too', async () => {
    const { say, sent, problems } = line({
      'sources.remove': () => {
        throw new GessoError('job/missing', 'Gone.', 'Look.');
      },
      'result.reveal': () => {
        throw new TypeError('oops');
      },
    });
    await say({ kind: 'call', id: 1, channel: 'sources.remove', args: { ids: [] } });
    await say({ kind: 'call', id: 2, channel: 'result.reveal', args: { item: randomUUID() } });
    expect(sent[0]).toEqual({
      kind: 'error',
      id: 1,
      error: { code: 'job/missing', message: 'Gone.', hint: 'Look.' },
    });
    expect(sent[1]).toMatchObject({ id: 2, error: { code: 'internal/bug' } });
    expect(problems).toHaveLength(1);
  });

  it.each([
    ['an unknown channel', 'files.read', {}],
    ['a name that every object has', 'constructor', {}],
    ['missing arguments', 'sources.remove', undefined],
    ['a path for an id', 'sources.remove', { ids: ['../../etc/passwd'] }],
    ['more than was asked for', 'app.setTheme', { theme: 'dark', file: '/etc/passwd' }],
  ])('refuses %s before any handler sees it', async (_what, channel, args) => {
    const { say, sent } = line({});
    await say({ kind: 'call', id: 5, channel, args });
    expect(sent).toMatchObject([{ kind: 'error', id: 5, error: { code: 'usage/invalid' } }]);
  });

  it.each([undefined, 'call', { kind: 'call' }, { kind: 'run', id: 1 }, { kind: 'cancel', id: 0 }])(
    'drops what is no message: %j',
    async (message) => {
      const { say, sent, problems } = line({});
      await say(message);
      expect(sent).toEqual([]);
      expect(problems).toHaveLength(1);
    },
  );

  it('cancels a call while it runs, and answers it once', async () => {
    const { say, sent } = line(waitsForCancel);
    await say({ kind: 'call', id: 3, channel: 'models.install', args: { ids: ['span-x2'] } });
    expect(sent).toEqual([]);
    await say({ kind: 'cancel', id: 3 });
    await say({ kind: 'cancel', id: 3 });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ kind: 'error', id: 3, error: { code: 'job/cancelled' } });
  });

  it('ignores a cancel that comes before its call or after its answer', async () => {
    const { say, sent, problems } = line({ 'sources.add': () => ({ added: 0 }) });
    await say({ kind: 'cancel', id: 1 });
    await say({ kind: 'call', id: 1, channel: 'sources.add', args: { paths: ['/a'], studio: 'restore' } });
    await say({ kind: 'cancel', id: 1 });
    expect(sent).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it('is silent once the page is gone, and ends what it began', async () => {
    const { say, sent, served } = line(waitsForCancel);
    await say({ kind: 'call', id: 1, channel: 'models.install', args: { ids: ['span-x2'] } });
    served.close();
    served.emit('models.changed', []);
    await say({ kind: 'call', id: 2, channel: 'models.install', args: { ids: ['span-x2'] } });
    expect(sent).toEqual([]);
  });
});
