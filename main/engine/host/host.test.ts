import { describe, expect, it } from 'vitest';
import { GessoError } from '../../../contract/errors.ts';
import type { FromEngine } from '../protocol/messages.ts';
import { type Handlers, serve } from '../server.ts';
import { EngineHost, type EngineProcess } from './host.ts';

/** Handlers of which a test replaces a few; the rest say that they were not expected. */
function handlers(overrides: Partial<Handlers>): Handlers {
  return new Proxy(overrides, {
    get: (target, name: keyof Handlers) =>
      target[name] ??
      (async () => {
        throw new Error(`${name} was not expected`);
      }),
  }) as Handlers;
}

/** An engine joined to its host in memory; `crash` ends it as a kill would. */
function inMemory(overrides: Partial<Handlers>) {
  const engines: { crash(reason: string): void; isKilled: boolean }[] = [];
  const launch = (): EngineProcess => {
    let toEngine: (message: unknown) => void = () => {};
    let toHost: (message: unknown) => void = () => {};
    let exited: (reason: string) => void = () => {};
    const engine = { isKilled: false, crash: (reason: string) => exited(reason) };
    engines.push(engine);
    const port = {
      send: (message: FromEngine) =>
        queueMicrotask(() => !engine.isKilled && toHost(structuredClone(message))),
      onMessage: (listener: (message: unknown) => void) => {
        toEngine = listener;
      },
    };
    serve(port, handlers(overrides), () => 1000);
    return {
      pid: 1,
      send: (message) => queueMicrotask(() => !engine.isKilled && toEngine(structuredClone(message))),
      onMessage: (listener) => {
        toHost = listener;
      },
      onExit: (listener) => {
        exited = listener;
      },
      kill: () => {
        engine.isKilled = true;
        exited('killed');
      },
    };
  };
  return { engines, host: new EngineHost({ launch, cancelGrace: 20 }) };
}

const FACTS = {
  format: 'png',
  width: 1,
  height: 1,
  depth: 8,
  colour: 'rgb',
  hasAlpha: false,
  pages: 1,
} as const;
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'resolved',
    (error: GessoError) => error.code,
  );

describe('the engine host', () => {
  it('starts an engine when it is first needed, once, and matches answers to calls', async () => {
    const { host, engines } = inMemory({
      'picture.probe': async ({ file }) => ({ ...FACTS, width: Number(file) }),
    });
    expect(engines).toHaveLength(0);
    const widths = await Promise.all(['3', '1', '2'].map((file) => host.call('picture.probe', { file })));
    expect(widths.map(({ width }) => width)).toEqual([3, 1, 2]);
    expect(engines).toHaveLength(1);
  });

  it('hands on events in order and errors with code and hint', async () => {
    const { host } = inMemory({
      'model.convert': async (_, { emit }) => {
        for (const fraction of [0.2, 0.6, 1]) emit({ fraction });
        throw new GessoError('model/broken', 'It is broken.', 'Get another.');
      },
    });
    const seen: number[] = [];
    const entry = {
      id: 'a',
      name: 'a',
      task: 'upscale',
      scale: 2,
      family: 'a',
      licence: 'x',
      character: 'plain',
    } as const;
    const failed = host.call(
      'model.convert',
      { entry, files: [], outFolder: '' },
      { onEvent: (e) => seen.push(e.fraction) },
    );
    await expect(failed).rejects.toMatchObject({ code: 'model/broken', hint: 'Get another.' });
    expect(seen).toEqual([0.2, 0.6, 1]);
  });

  it('refuses a call that does not fit its schema', async () => {
    const { host } = inMemory({});
    expect(await code(host.call('picture.probe', { file: 7 as unknown as string }))).toBe('internal/bug');
  });

  it('rejects one call alone where the answer is not what was promised', async () => {
    const { host } = inMemory({
      'picture.probe': async () => ({ ...FACTS, width: 'wide' }) as never,
      'engine.memory': async () => ({ rssAnon: 7 }),
    });
    await expect(host.call('picture.probe', { file: 'a' })).rejects.toMatchObject({ code: 'internal/bug' });
    expect(await host.call('engine.memory', undefined)).toEqual({ rssAnon: 7 });
  });

  it('cancels before the call and during it', async () => {
    const { host, engines } = inMemory({
      'picture.probe': async (_, { checkpoint }) => {
        for (;;) {
          checkpoint();
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      },
    });
    const abort = new AbortController();
    const running = host.call('picture.probe', { file: 'x' }, { signal: abort.signal });
    setTimeout(() => abort.abort(), 5);
    expect(await code(running)).toBe('job/cancelled');
    expect(engines[0]!.isKilled).toBe(false);
    expect(await code(host.call('picture.probe', { file: 'x' }, { signal: abort.signal }))).toBe(
      'job/cancelled',
    );
  });

  it('ends an engine that does not hear a cancel, and rejects what else it held as crashed', async () => {
    const { host, engines } = inMemory({ 'picture.probe': () => new Promise(() => {}) });
    const abort = new AbortController();
    const deaf = code(host.call('picture.probe', { file: 'x' }, { signal: abort.signal }));
    const other = code(host.call('picture.probe', { file: 'y' }));
    abort.abort();
    expect(await Promise.all([deaf, other])).toEqual(['job/cancelled', 'engine/crashed']);
    expect(engines[0]!.isKilled).toBe(true);
  });

  it('rejects all that was pending when the engine dies, and starts another for the next call', async () => {
    let deaf = true;
    const { host, engines } = inMemory({
      'picture.probe': () => (deaf ? new Promise(() => {}) : Promise.resolve({ ...FACTS })),
    });
    const lost = [
      code(host.call('picture.probe', { file: 'x' })),
      code(host.call('picture.probe', { file: 'y' })),
    ];
    await new Promise((resolve) => setTimeout(resolve, 5));
    engines[0]!.crash('signal SIGSEGV');
    expect(await Promise.all(lost)).toEqual(['engine/crashed', 'engine/crashed']);
    deaf = false;
    expect(await code(host.call('picture.probe', { file: 'z' }))).toBe('resolved');
    expect(engines).toHaveLength(2);
  });

  it('is renewed: what is in hand is finished, the next call gets another engine', async () => {
    let answer = () => {};
    const { host, engines } = inMemory({
      'picture.probe': ({ file }) =>
        file === 'slow'
          ? new Promise((resolve) => {
              answer = () => resolve({ ...FACTS });
            })
          : Promise.resolve({ ...FACTS }),
    });
    const slow = code(host.call('picture.probe', { file: 'slow' }));
    await new Promise((resolve) => setImmediate(resolve));
    host.renew();
    expect(engines[0]!.isKilled).toBe(false);
    answer();
    expect(await slow).toBe('resolved');
    expect(engines[0]!.isKilled).toBe(true);
    await host.call('picture.probe', { file: 'x' });
    await host.call('picture.probe', { file: 'y' });
    expect(engines).toHaveLength(2);
    host.renew();
    expect(engines[1]!.isKilled).toBe(true);
  });

  it('is closed for good', async () => {
    const { host } = inMemory({ 'picture.probe': () => new Promise(() => {}) });
    const open = code(host.call('picture.probe', { file: 'x' }));
    host.close();
    expect(await open).toBe('engine/crashed');
    expect(await code(host.call('picture.probe', { file: 'x' }))).toBe('engine/crashed');
  });
});
