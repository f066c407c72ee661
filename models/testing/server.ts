import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const CUT_MS = 250;

export interface LoopbackOptions {
  /** Ends each answer after this many bytes of body, as a cut line does. */
  readonly cutAfter?: number;
  /** False: Range is ignored and the whole file sent, as some servers do. */
  readonly ranges?: boolean;
  readonly status?: number;
  /** Sends the first bytes and then nothing more. */
  readonly stall?: boolean;
}

/** A server on this machine that sends one file; it counts requests and remembers the ranges asked for. */
export async function loopback(body: Uint8Array, options: LoopbackOptions = {}) {
  const ranges: (string | undefined)[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    ranges.push(request.headers.range);
    if (options.status) return void response.writeHead(options.status).end('no');
    const start =
      options.ranges === false ? 0 : Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = body.subarray(start);
    const range = { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` };
    response.writeHead(start ? 206 : 200, { 'content-length': rest.length, ...(start ? range : {}) });
    if (options.stall) return void response.write(rest.subarray(0, 10));
    if (options.cutAfter === undefined || options.cutAfter >= rest.length) return void response.end(rest);
    // What has arrived and was not read yet goes with the line: a busy machine gets the time to read it.
    response.write(rest.subarray(0, options.cutAfter), () => setTimeout(() => response.destroy(), CUT_MS));
  };
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((done) => {
      server.closeAllConnections();
      server.close(() => done());
    });
  return { url: `http://127.0.0.1:${port}/file`, ranges, close };
}
