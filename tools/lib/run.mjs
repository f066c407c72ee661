import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from './paths.mjs';

/**
 * @typedef {object} Finished
 * @property {number} code exit status; 127 where the program does not exist, 124 where its time ran out
 * @property {string} stdout empty unless captured
 * @property {string} stderr empty unless captured
 */

/**
 * Runs a program to its end and never throws for how it ended.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, output?: 'capture' | 'events' | 'stderr' | 'inherit', timeout?: number,
 *   signal?: AbortSignal }} [options] `output: 'stderr'` sends the program's stdout to our
 *   stderr, `'events'` captures stdout and lets stderr through; `timeout` in ms
 * @returns {Promise<Finished>}
 */
export function run(program, args, options = {}) {
  const { cwd = root, env = process.env, output = 'capture', timeout, signal } = options;
  const stdio = {
    capture: ['ignore', 'pipe', 'pipe'],
    events: ['ignore', 'pipe', 2],
    stderr: ['ignore', 2, 2],
    inherit: 'inherit',
  }[output];
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: /** @type {import('node:child_process').StdioOptions} */ (stdio),
      ...(signal ? { signal } : {}),
      // Windows finds npm only as npm.cmd, which runs only through a shell.
      shell: process.platform === 'win32' && program === 'npm',
    });
    let stdout = '';
    let stderr = '';
    let late = false;
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    const timer = timeout === undefined ? undefined : setTimeout(() => expire(), timeout);
    function expire() {
      late = true;
      child.kill('SIGKILL');
    }
    child.on('error', (error) => {
      clearTimeout(timer);
      const missing = /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT';
      resolve({ code: missing ? 127 : 1, stdout, stderr: stderr || String(error) });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: late ? 124 : (code ?? 1), stdout, stderr });
    });
  });
}

/**
 * Runs npm with the Node that npm itself belongs to. `npm run` puts node_modules/.bin first on PATH, where the Node
 * that Gesso ships lies; an `npm ci` started with that one would delete the program it runs on.
 *
 * @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function npm(args, options = {}) {
  const inside = path.join('node_modules', '.bin');
  const PATH = (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => !path.normalize(folder).endsWith(inside))
    .join(path.delimiter);
  return run('npm', args, { ...options, env: { ...process.env, ...options.env, PATH } });
}

/** The last lines of a program's output: enough to see why it failed. */
export function tail(/** @type {Finished} */ finished, lines = 15) {
  return `${finished.stdout}\n${finished.stderr}`.trim().split('\n').slice(-lines).join('\n');
}
