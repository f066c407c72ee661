#!/usr/bin/env node
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { out } from './lib/paths.mjs';
import { say } from './lib/say.mjs';
import { setUp } from './setup.mjs';

// npm runs scripts from the package's root and says in INIT_CWD where the user was.
if (process.env.npm_lifecycle_event && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);

try {
  await setUp(['dependencies']);
  await build();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
const program = path.join(out, 'main/cli.js');
if (existsSync(program)) {
  // The command line reads process.argv from index 2, as if it had been started itself.
  await import(pathToFileURL(program).href);
} else {
  say('There is no command line in this build yet (main/cli/index.ts).');
  process.exitCode = 1;
}
