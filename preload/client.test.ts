import { describe, expect, it } from 'vitest';
import type { ToMain } from '../contract/channels.ts';
import { makeBridge } from './bridge.ts';
import { makeClient } from './client.ts';

/** The page's end of a line whose other end is the test. */
function line() {
  const sent: ToMain[] = [];
  let hear: (message: unknown) => void = () => {};
  const client = makeClient({
    send: (message) => sent.push(message),
    onMessage: (listener) => {
      hear = listener;
    },
  });
  return { sent, client, say: (message: unknown) => hear(message) };
}

describe('the page’s end of the line', () => {
  it('hands on a result that is what the contract says', async () => {
    const { client, sent, say } = line();
    const { outcome } = client.call('sources.add', { paths: ['/a'], studio: 'restore' });
    expect(sent).toEqual([
      { kind: 'call', id: 1, channel: 'sources.add', args: { paths: ['/a'], studio: 'restore' } },
    ]);
    say({ kind: 'result', id: 1, value: { added: 1 } });
    expect(await outcome).toEqual({ ok: true, value: { added: 1 } });
  });

  it('refuses a result that is not', async () => {
    const { client, say } = line();
    const { outcome } = client.call('sources.add', { paths: ['/a'], studio: 'restore' });
    say({ kind: 'result', id: 1, value: { added: 'many' } });
    expect(await outcome).toMatchObject({ ok: false, error: { code: 'internal/bug' } });
  });

  it('hands on an error as a record', async () => {
    const { client, say } = line();
    const { outcome } = client.call('sources.add', { paths: ['/a'], studio: 'restore' });
    const error = { code: 'input/unreadable', message: 'Gone.', hint: 'Look.' };
    say({ kind: 'error', id: 1, error });
    expect(await outcome).toEqual({ ok: false, error });
  });

  it('cancels by a message of its own kind, while there is something to cancel', async () => {
    const { client, sent, say } = line();
    const call = client.call('models.install', { ids: ['span-x2'] });
    call.cancel();
    expect(sent.at(-1)).toEqual({ kind: 'cancel', id: 1 });
    say({ kind: 'result', id: 1, value: undefined });
    await call.outcome;
    call.cancel();
    expect(sent).toHaveLength(2);
  });

  it('hears events until it is told not to, and none that are malformed', () => {
    const { client, say } = line();
    const heard: unknown[] = [];
    const stop = client.on('models.changed', (models) => heard.push(models));
    say({ kind: 'event', event: 'models.changed', payload: [] });
    say({ kind: 'event', event: 'models.changed', payload: 'none' });
    say({ kind: 'event', event: 'constructor', payload: [] });
    say('nonsense');
    stop();
    say({ kind: 'event', event: 'models.changed', payload: [] });
    expect(heard).toEqual([[]]);
  });
});

describe('the bridge', () => {
  it('turns dropped files into paths on their way to main', () => {
    const { client, sent } = line();
    void makeBridge(client, () => '/pictures/a.png').addDropped(['a file'], 'restore');
    expect(sent[0]).toMatchObject({
      channel: 'sources.add',
      args: { paths: ['/pictures/a.png'], studio: 'restore' },
    });
  });

  it('refuses a file without a path and sends nothing', async () => {
    const { client, sent } = line();
    const outcome = await makeBridge(client, () => '').addDropped(['made by a script'], 'restore');
    expect(outcome).toMatchObject({ ok: false, error: { code: 'input/unsupported' } });
    expect(sent).toEqual([]);
  });
});
