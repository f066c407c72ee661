import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { copyModels } from '../../support/copy-models.ts';
import { installedModels } from '../../support/installed-models.ts';

/** The repository's root. */
export const ROOT = path.join(import.meta.dirname, '../../..');
/** GESSO_BUNDLES: other bundles than the ones in out/, while those are being rebuilt. */
export const BUNDLES = process.env.GESSO_BUNDLES ?? path.join(ROOT, 'out/main');
const CLI = path.join(BUNDLES, 'cli.js');
const SAMPLES = path.join(ROOT, '.cache/samples');

const made: string[] = [];
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the tests of the file. */
export function scratch(name = 'gesso'): string {
  const folder = mkdtempSync(path.join(tmpdir(), `${name}-`));
  made.push(folder);
  return folder;
}

/** A photograph that the set-up fetched. */
export function sample(name: string): string {
  return path.join(SAMPLES, name);
}

export interface Finished {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** The lines of stdout as JSON, where --json was asked for. */
  events: Record<string, unknown>[];
}

export interface Running {
  child: ChildProcess;
  done: Promise<Finished>;
  /** Resolves once stdout or stderr holds the text. */
  saw(text: string): Promise<void>;
}

interface StartOptions {
  home: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** A program that starts the command, with its arguments. */
  prefix?: string[];
}

/** Starts the real command line in a process of its own. */
export function start(args: string[], options: StartOptions): Running {
  const [program = '', ...rest] = [...(options.prefix ?? []), process.execPath, CLI, ...args];
  const child = spawn(program, rest, {
    cwd: options.cwd ?? options.home,
    env: { ...process.env, GESSO_HOME: options.home, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const watchers: (() => void)[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
    for (const check of watchers) check();
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    for (const check of watchers) check();
  });
  const done = new Promise<Finished>((resolve) => {
    child.on('close', (code, signal) => {
      const lines = args.includes('--json') ? stdout.split('\n').filter((line) => line !== '') : [];
      resolve({ code, signal, stdout, stderr, events: lines.map((line) => JSON.parse(line)) });
    });
  });
  const saw = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => {
        if (stdout.includes(text) || stderr.includes(text)) resolve();
      };
      watchers.push(check);
      check();
      void done.then(() => reject(new Error(`ended without "${text}": ${stdout}${stderr}`)));
    });
  return { child, done, saw };
}

export function gesso(args: string[], options: StartOptions): Promise<Finished> {
  return start(args, options).done;
}

/** A fresh data folder with models installed: span-x2 and span-x4, or those that are named. */
export async function homeWithModels(ids: readonly string[] = ['span-x2', 'span-x4']): Promise<string> {
  const home = scratch('gesso-home');
  copyModels(await installedModels(ids, CLI), path.join(home, 'models'), ids);
  return home;
}
