import { type ChildProcess, fork } from 'node:child_process';
import type { EngineProcess } from './host.ts';

/** `work`: batches, below the desktop's priority. `pictures`: what is on screen, which the user waits for. */
export type EngineRole = 'work' | 'pictures';

export interface LaunchOptions {
  /** The Node that runs the engine: never Electron (sharp's libvips and Electron's GLib do not live together). */
  node: string;
  /** The engine's built entry, out/main/engine.js. */
  entry: string;
  role: EngineRole;
  env?: NodeJS.ProcessEnv;
  /** Each line that the engine wrote to stderr. */
  onLog(line: string): void;
}

/** Starts an engine as a plain Node child with a message port. */
export function launchEngine({ node, entry, role, env, onLog }: LaunchOptions): EngineProcess {
  const child: ChildProcess = fork(entry, [role], {
    execPath: node,
    // A small nursery: V8 would else let a batch's garbage lie until it holds a hundred megabytes of it.
    execArgv: ['--max-old-space-size=2048', '--max-semi-space-size=4'],
    // Structured clone: Float32Arrays travel as they are.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      ...env,
      ELECTRON_RUN_AS_NODE: undefined,
      // ONNX Runtime's Linux builds report their use to Microsoft unless told not to. Gesso sends nothing to anybody.
      ORT_DISABLE_TELEMETRY: '1',
    },
  });
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLog(line);
  });
  return {
    pid: child.pid,
    send: (message) => {
      if (child.connected) child.send(message);
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      child.on('error', (cause) => listener(cause.message));
      child.on('exit', (code, signal) => listener(signal ? `signal ${signal}` : `exit ${code}`));
    },
    kill: () => child.kill('SIGKILL'),
  };
}
