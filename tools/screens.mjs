import { existsSync } from 'node:fs';
import { build } from './build.mjs';
import { electronEnvironment } from './lib/electron.mjs';
import { script, testNode } from './lib/node.mjs';
import { run } from './lib/run.mjs';
import { print, say } from './lib/say.mjs';
import { setUp } from './setup.mjs';

// Pictures of the window in its main states: a few are kept in docs/screens, all others lie in docs/screens/all to be looked at.
await setUp(['dependencies', 'debian', 'electron']);
await build();
const playwright = [testNode(), script('@playwright/test/cli.js'), 'test'];
const virtual = process.platform === 'linux' && existsSync('/usr/bin/xvfb-run');
const screen = ['xvfb-run', '--auto-servernum', '--server-args', '-screen 0 1600x1000x24'];
const [program = '', ...args] = virtual ? [...screen, ...playwright] : playwright;
const done = await run(program, args, {
  env: { ...electronEnvironment(), GESSO_SCREENS: '1', FORCE_COLOR: '0' },
  output: 'stderr',
});
if (done.code === 0) print('docs/screens, docs/screens/all');
else say('The window could not be photographed.');
process.exitCode = done.code;
