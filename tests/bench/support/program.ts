import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';

/** What a program answers: a function of one argument for each kind of question. */
type Handlers<H> = { [K in keyof H]: (question: never) => Promise<unknown> };
type Question<H, K extends keyof H> = H[K] extends (question: infer Q) => unknown ? Q : never;
type Answer<H, K extends keyof H> = H[K] extends (question: never) => Promise<infer A> ? A : never;

type Message = { kind: string; question: unknown };
type Reply = { ok: true; value: unknown } | { ok: false; message: string };

/** One of the bench's own programs as a child process: one question at a time, typed arrays included. */
export class Program<H extends Handlers<H>> {
  readonly #child: ChildProcess;

  /** @param name of a bundle beside this one (tools/bench.mjs) */
  constructor(name: string) {
    this.#child = fork(path.join(import.meta.dirname, `${name}.js`), [], { serialization: 'advanced' });
  }

  ask<K extends keyof H & string>(kind: K, question: Question<H, K>): Promise<Answer<H, K>> {
    return new Promise((resolve, reject) => {
      const died = (code: number | null, signal: string | null) =>
        reject(new Error(`the program ended (${signal ?? code})`));
      this.#child.once('exit', died);
      this.#child.once('message', (reply: Reply) => {
        this.#child.off('exit', died);
        if (reply.ok) resolve(reply.value as Answer<H, K>);
        else reject(new Error(reply.message));
      });
      this.#child.send({ kind, question } satisfies Message);
    });
  }

  close(): void {
    this.#child.kill();
  }
}

/** The program's side: answers what comes over `port`. */
export function answer<H extends Handlers<H>>(
  port: { on(event: 'message', listener: (message: Message) => void): unknown },
  send: (reply: Reply) => void,
  handlers: H,
): void {
  port.on('message', async ({ kind, question }) => {
    try {
      send({ ok: true, value: await handlers[kind as keyof H](question as never) });
    } catch (problem) {
      send({ ok: false, message: problem instanceof Error ? problem.message : String(problem) });
    }
  });
}
