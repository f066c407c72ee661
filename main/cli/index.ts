import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { BLEND_MODES } from '../../contract/blend.ts';
import { isClipRecipe, isGenerateRecipe, isLearnRecipe, isStyleRecipe } from '../../contract/clip-recipe.ts';
import { GessoError, isCancelled } from '../../contract/errors.ts';
import { removeOldData } from '../jobs/move-data.ts';
import { readAnyRecipe, readClipRecipe, readRecipe, readStyleRecipe } from '../jobs/recipe-file.ts';
import { openWorkshop, version, type Workshop } from '../jobs/workshop.ts';
import { infoOfBundle } from './bundles.ts';
import { moveTo, showData } from './data.ts';
import { measureDevices } from './devices.ts';
import { addGenerateCommands, CONFIG, PREDICTION, ZERO_SNR } from './generate-commands.ts';
import { inspect } from './inspect.ts';
import { type InterpolateFlags, interpolate, interpolateRecipe } from './interpolate.ts';
import { cancelJob, clearJobs, listJobs, showJob } from './jobs.ts';
import { LayerList } from './layer-list.ts';
import { addLearnCommands } from './learn-commands.ts';
import { infoOfLearnt } from './learnt.ts';
import {
  infoOfFile,
  infoOfModel,
  installModel,
  listModels,
  removeModel,
  runModelFile,
  verifyModels,
} from './models.ts';
import { addCatalogue, importAny } from './own-models.ts';
import { type RestoreFlags, restore, restoreRecipe } from './restore.ts';
import { EXIT, onInterrupt, runJob } from './run-job.ts';
import { settle } from './settings.ts';
import { type StyleFlags, style, styleOf } from './style.ts';

/** The `gesso` command: main without windows, on the same queue, library and recipes. */
const program = new Command('gesso')
  .description('Gesso restores and paints pictures, and makes clips smoother or slower, on your own machine.')
  .version(version())
  .exitOverride()
  .enablePositionalOptions()
  .showHelpAfterError('(see --help)');

/** Opens the workshop for one command and closes it again; a number is the exit code, anything else means done. */
async function withWorkshop(work: (workshop: Workshop) => unknown): Promise<void> {
  const workshop = openWorkshop({ node: process.execPath, bundles: import.meta.dirname });
  try {
    const code = await work(workshop);
    process.exitCode = typeof code === 'number' ? code : EXIT.done;
    // The data's new place has opened; what cannot be removed now can the next time.
    await removeOldData(workshop.folder).catch(() => false);
  } finally {
    workshop.close();
  }
}

function jobId(text: string): number {
  const id = Number(text);
  if (!Number.isInteger(id) || id < 1)
    throw new InvalidArgumentError('A job is a whole number; see `gesso jobs list`.');
  return id;
}

program
  .command('restore')
  .description('Enlarge and restore pictures.')
  .argument('<input...>', 'files, folders or globs')
  .option('--out <dir>', 'folder of the results (default: beside each input)')
  .option('--recipe <file>', 'a recipe file, as presets are exported; the options below change it')
  .option(
    '--task <task>',
    'upscale, denoise, deblur, derain, dehaze, enhance or deartifact (default: upscale)',
  )
  .option(
    '--model <id>',
    'a model of `gesso models list` (default: that of the task; for upscale span-x2 or span-x4)',
  )
  .option('--scale <n>', '2, 3, 4 or 8')
  .option('--strength <s>', '0 is a plain enlargement, 1 the model alone')
  .option('--mask <file>', 'where the restoration applies: a picture, white is full')
  .option(
    '--steps <list>',
    'several one after the other: TASK[:MODEL][:strength=S][:scale=N],... as in denoise,upscale:span-x2',
  )
  .option('--format <f>', 'same, png, jpeg, webp, avif, tiff or ora (OpenRaster, with layers)')
  .option('--layered', 'with tiff: the result, then the picture and each layer as further pages')
  .option('--quality <q>', '1 to 100, for JPEG, WebP and AVIF (default 92)')
  .option('--name <template>', 'name of the results, with {name} {model} {scale} {date} {index}')
  .option('--existing <rule>', 'what to do with a result that is there already: skip, overwrite or rename')
  .option('--recursive', 'look into folders of folders; keeps their tree under --out')
  .option('--strip-private', 'leave out GPS position and serial numbers')
  .option('--device <d>', 'auto, cpu, webgpu, dml, coreml or cuda')
  .option('--tile <pixels>', 'auto, or the side of a tile')
  .option('--json', 'one JSON object a line on stdout')
  .action(async (inputs: string[], flags: RestoreFlags) => {
    const chosen = restoreRecipe(
      flags,
      flags.recipe === undefined ? undefined : await readRecipe(path.resolve(flags.recipe)),
    );
    return withWorkshop((workshop) => restore(workshop, inputs, flags, chosen));
  });

program
  .command('interpolate')
  .description('Bring clips to any frame rate, or slow them down.')
  .argument('<input...>', 'clips, folders of numbered pictures, globs, or two pictures')
  .option('--out <dir>', 'folder of the results (default: beside each input)')
  .option('--recipe <file>', 'a recipe file, as presets are exported; the options below change it')
  .option('--fps <rate>', 'frames a second: N, N/D, or 2x, 3x, 4x, 8x of the source (default 2x)')
  .option('--rate <rate>', 'frames a second of a folder of pictures: N or N/D (default 25)')
  .option('--slow <times>', '2x, 4x or 8x longer; comes before --fps, which is then 1x where not given')
  .option('--from <time>', 'begin here: seconds (decimal or N/D) or HH:MM:SS.mmm')
  .option('--to <time>', 'end here')
  .option('--model <id>', 'a model of `gesso models list` (default: rife-4.25)')
  .option('--scene <s>', 'scene changes: auto, off, or how large a change has to be, 0 to 1')
  .option('--duplicates <rule>', 'frames that repeat the one before: keep, or drop and re-time')
  .option('--codec <c>', 'h264, h265, av1, vp9, prores, ffv1 or png (default h264)')
  .option('--quality <n>', "the codec's own measure, lower is better (h264: 18); ProRes: profile 0 to 5")
  .option('--container <c>', "mp4, mkv, mov or webm (default: the source's where it can carry the codec)")
  .option('--audio <a>', 'copy, stretch or none (default: copy; stretch with --slow)')
  .option('--name <template>', 'name of the results, with {name} {fps} {slow} {model} {date} {index}')
  .option('--existing <rule>', 'what to do with a result that is there already: skip, overwrite or rename')
  .option('--recursive', 'look into folders of folders for clips; keeps their tree under --out')
  .option('--device <d>', 'auto, cpu, webgpu, dml, coreml or cuda')
  .option('--json', 'one JSON object a line on stdout')
  .action(async (inputs: string[], flags: InterpolateFlags) => {
    const base = flags.recipe === undefined ? undefined : await readClipRecipe(path.resolve(flags.recipe));
    const chosen = interpolateRecipe(flags, base);
    return withWorkshop((workshop) => interpolate(workshop, inputs, flags, chosen));
  });

const layers = new LayerList(process.cwd());
program
  .command('style')
  .description('Paint pictures and clips in any style.')
  .argument('<input...>', 'files, folders or globs')
  .option(
    '--style <style>',
    'a picture whose style is taken, or builtin:N (0 to 25); may be repeated',
    (text) => layers.style(text),
  )
  .option('--mask <file>', 'where the style before it shows: a picture, white is full', (text) =>
    layers.mask(text),
  )
  .option('--mix <weights>', 'how much of each style, in their order: W1,W2,... (default: equal)', (mix) =>
    layers.set({ mix }),
  )
  .option('--out <dir>', 'folder of the results (default: beside each input)')
  .option('--recipe <file>', 'a recipe file; the options change it')
  .option('--model <id>', 'what paints in the styles of pictures (default: magenta-style)', (model) =>
    layers.set({ model }),
  )
  .option('--strength <s>', '0 is the original, 1 the style (default 1)', (strength) =>
    layers.set({ strength }),
  )
  .option(
    '--colour <c>',
    'style, original, or how much of the original is kept: 0 to 1 (default style)',
    (colour) => layers.set({ colour }),
  )
  .option('--brush <b>', 'broader strokes (up to 4) or finer ones (down to 0.25; default 1)', (brush) =>
    layers.set({ brush }),
  )
  .option(
    '--detail <d>',
    "how much of the original's fine detail is put back, 0 to 1 (default 0)",
    (detail) => layers.set({ detail }),
  )
  .option('--exact', 'measure large pictures exactly: several times as long')
  .on('option:exact', () => layers.set({ exact: true }))
  .option(
    '--layer',
    'begin the next layer: the options above and the four below that follow are of it; bottom first',
  )
  .on('option:layer', () => layers.layer())
  .option('--layer-mask <file>', 'where the layer shows: a picture, white is full', (text) =>
    layers.layerMask(text),
  )
  .option('--opacity <o>', 'how far the layer covers what is below it, 0 to 1 (default 1)', (opacity) =>
    layers.set({ opacity }),
  )
  .option('--blend <mode>', `how it is laid over that: ${BLEND_MODES.join(', ')} (default normal)`, (blend) =>
    layers.set({ blend }),
  )
  .option('--label <name>', 'what the layer is called in a file that keeps layers', (label) =>
    layers.set({ label }),
  )
  .option('--format <f>', 'same, png, jpeg, webp, avif, tiff or ora (OpenRaster, with layers)')
  .option('--layered', 'with tiff: the result, then the picture and each layer as further pages')
  .option(
    '--quality <q>',
    "of pictures: 1 to 100, for JPEG, WebP and AVIF (default 92); of clips: the codec's own measure (default 18 for h264)",
  )
  .option(
    '--steady <s>',
    'of clips: 0 paints each frame by itself, 1 lets strokes last longest (default 0.9)',
  )
  .option('--from <t>', 'where in a clip to begin: seconds, N/D or HH:MM:SS.mmm')
  .option('--to <t>', 'where in a clip to end')
  .option('--codec <c>', 'of clips: h264, h265, av1, vp9, prores, ffv1 or png (default h264)')
  .option('--container <c>', "mp4, mkv, mov or webm (default: the clip's own where it can carry the codec)")
  .option('--audio <a>', 'of clips: copy or none (default copy)')
  .option('--name <template>', 'name of the results, with {name} {style} {model} {date} {index}')
  .option('--existing <rule>', 'what to do with a result that is there already: skip, overwrite or rename')
  .option('--recursive', 'look into folders of folders; keeps their tree under --out')
  .option('--strip-private', 'leave out GPS position and serial numbers')
  .option('--device <d>', 'auto, cpu, webgpu, dml, coreml or cuda')
  .option('--tile <pixels>', 'auto, or the side of a tile')
  .option('--json', 'one JSON object a line on stdout')
  .action(async (inputs: string[], flags: StyleFlags) => {
    const base = flags.recipe === undefined ? undefined : await readStyleRecipe(path.resolve(flags.recipe));
    const chosen = styleOf(flags, layers, base, inputs);
    return withWorkshop((workshop) => style(workshop, inputs, flags, chosen));
  });

addGenerateCommands(program, withWorkshop);
addLearnCommands(program, withWorkshop);

program
  .command('run')
  .description('Run a recipe file on pictures or clips.')
  .argument('<recipe>', 'a recipe, JSON')
  .argument('<input...>', 'files, folders or globs')
  .option('--out <dir>', 'folder of the results (default: beside each input)')
  .option('--recursive', 'look into folders of folders; keeps their tree under --out')
  .option('--device <d>', 'auto, cpu, webgpu, dml, coreml or cuda')
  .option('--tile <pixels>', 'auto, or the side of a tile')
  .option('--json', 'one JSON object a line on stdout')
  .action(async (file: string, inputs: string[], flags: RestoreFlags) => {
    const chosen = await readAnyRecipe(path.resolve(file));
    if (isGenerateRecipe(chosen))
      throw new GessoError(
        'usage/invalid',
        `${path.basename(file)} makes pictures; it is not run on any.`,
        'Use `gesso generate --recipe FILE`.',
      );
    if (isLearnRecipe(chosen))
      throw new GessoError(
        'usage/invalid',
        `${path.basename(file)} is something to learn; it is not run on pictures.`,
        'Use `gesso learn`.',
      );
    return withWorkshop((workshop) =>
      isClipRecipe(chosen)
        ? interpolate(workshop, inputs, flags, chosen)
        : isStyleRecipe(chosen)
          ? style(workshop, inputs, flags, chosen)
          : restore(workshop, inputs, flags, chosen),
    );
  });

program
  .command('inspect')
  .description(
    'Print how a picture was made: the recipe that Gesso wrote into it, or the settings of other programs.',
  )
  .argument('<file>')
  .option('--json', 'one JSON object')
  .action((file: string, flags) => withWorkshop((workshop) => inspect(workshop, file, flags.json === true)));

const jobs = program.command('jobs').description('The queue: what is waiting, running and done.');
jobs
  .command('list')
  .option('--json', 'one JSON object a line')
  .action((flags) => withWorkshop((workshop) => listJobs(workshop, flags.json === true)));
jobs
  .command('show')
  .argument('<id>', 'a job', jobId)
  .option('--json', 'one JSON object a line')
  .action((id: number, flags) => withWorkshop((workshop) => showJob(workshop, id, flags.json === true)));
jobs
  .command('resume')
  .description('Go on with one job or with all that is unfinished.')
  .argument('[id]', 'a job', jobId)
  .option('--json', 'one JSON object a line')
  .action((id: number | undefined, flags) =>
    withWorkshop((workshop) => {
      if (id !== undefined) workshop.store.job(id);
      return runJob(workshop, { ...(id !== undefined && { job: id }), json: flags.json === true });
    }),
  );
jobs
  .command('cancel')
  .argument('<id>', 'a job', jobId)
  .option('--json', 'one JSON object a line')
  .action((id: number, flags) => withWorkshop((workshop) => cancelJob(workshop, id, flags.json === true)));
jobs
  .command('clear')
  .description('Forget finished jobs; their results stay.')
  .option('--json', 'one JSON object a line')
  .action((flags) => withWorkshop((workshop) => clearJobs(workshop, flags.json === true)));

const DEQUANTISE = 'of an ONNX file with quantised numbers: make them floats again';

const models = program.command('models').description('What is installed and what can be had.');
models
  .command('list')
  .option('--json', 'one JSON object a line')
  .action((flags) => withWorkshop((workshop) => listModels(workshop, flags.json === true)));
models
  .command('info')
  .argument('<id-or-file>')
  .option('--dequantise', DEQUANTISE)
  .option('--json', 'one JSON object a line')
  .action((what: string, flags) =>
    withWorkshop(async (workshop) => {
      const json = flags.json === true;
      const isKnown = [infoOfLearnt, infoOfModel, infoOfBundle].some((tell) => tell(workshop, what, json));
      if (!isKnown) await infoOfFile(workshop, what, flags);
    }),
  );
models
  .command('install')
  .argument('<id...>')
  .option('--json', 'one JSON object a line')
  .action((ids: string[], flags) =>
    withWorkshop(async (workshop) => {
      const signal = onInterrupt(workshop);
      for (const id of ids) await installModel(workshop, id, flags.json === true, signal);
    }),
  );
models
  .command('import')
  .description(
    'Install a model of your own: PyTorch, safetensors, ncnn, TensorFlow.js, ONNX; Stable Diffusion as a file or a folder.',
  )
  .argument('<file-or-folder...>', 'or hf:OWNER/NAME of a diffusion model on Hugging Face')
  .option('--name <n>', "what it is called (default: the file's name)")
  .option('--license <l>', 'its licence, for the list (default: unknown)')
  .option('--dequantise', DEQUANTISE)
  .option(
    '--conditions <list>',
    'of a network that makes pictures of numbers: what the last of these stand for',
  )
  .option('--prediction <p>', PREDICTION)
  .option('--zero-snr', ZERO_SNR)
  .option('--config <file>', CONFIG)
  .option('--json', 'one JSON object a line')
  .action((files: string[], flags) =>
    withWorkshop(async (workshop) => {
      const signal = onInterrupt(workshop);
      for (const file of files) await importAny(workshop, file, flags, signal);
    }),
  );
models
  .command('catalogue')
  .description('Add a file with catalogue entries of your own.')
  .argument('<file>')
  .option('--json', 'one JSON object a line')
  .action((file: string, flags) =>
    withWorkshop((workshop) => addCatalogue(workshop, file, flags.json === true)),
  );
models
  .command('remove')
  .argument('<id>')
  .option('--json', 'one JSON object a line')
  .action((id: string, flags) => withWorkshop((workshop) => removeModel(workshop, id, flags.json === true)));
models
  .command('verify')
  .argument('[id]')
  .option('--json', 'one JSON object a line')
  .action((id: string | undefined, flags) =>
    withWorkshop((workshop) => verifyModels(workshop, id, flags.json === true)),
  );
models
  .command('run')
  .description('Run a model on raw little-endian float32 tensors.')
  .argument('<id-or-file>')
  .requiredOption(
    '--input <[name=]file.f32:shape>',
    'a tensor, for example in.f32:1x3x48x48',
    (value, all: string[]) => [...all, value],
    [],
  )
  .requiredOption('--out <dir>', 'folder of the outputs')
  .option('--device <d>', 'cpu, webgpu, ...')
  .option('--dequantise', DEQUANTISE)
  .option('--json', 'one JSON object a line')
  .action((what: string, flags) => withWorkshop((workshop) => runModelFile(workshop, what, flags)));

program
  .command('settings')
  .description('What holds for the window and for `gesso` alike.')
  .option('--device <d>', 'auto, cpu, webgpu, dml, coreml or cuda')
  .option('--memory <gigabytes>', 'auto, or what restoring may take at most')
  .option('--json', 'one JSON object a line')
  .action((flags) => withWorkshop((workshop) => settle(workshop, flags)));

program
  .command('devices')
  .description('Measure a model on every device there is; `--device` and the settings choose one.')
  .option('--model <id>', 'an installed model (default: span-x2)')
  .option('--json', 'one JSON object a line')
  .action((flags) => withWorkshop((workshop) => measureDevices(workshop, flags)));

const data = program.command('data').description("Gesso's own data: models, queue, settings.");
data
  .command('show')
  .description('Where it lies and how much it is.')
  .option('--json', 'one JSON object a line')
  .action((flags) => withWorkshop((workshop) => showData(workshop, flags.json === true)));
data
  .command('move')
  .description('Copy it to an empty folder, check every byte, and use it there.')
  .argument('<folder>')
  .option('--json', 'one JSON object a line')
  .action((folder: string, flags) =>
    withWorkshop((workshop) => moveTo(workshop, path.resolve(folder), flags.json === true)),
  );

function explain(thrown: unknown): number {
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.usage;
  const error = GessoError.from(thrown);
  process.stderr.write(`${error.message} ${error.hint}\n`);
  if (error.code === 'internal/bug' && error.cause instanceof Error)
    process.stderr.write(`${error.cause.stack}\n`);
  if (isCancelled(error)) return EXIT.cancelled;
  return error.code === 'usage/invalid' || error.code === 'recipe/invalid' ? EXIT.usage : EXIT.someFailed;
}

// A reader that went away (`gesso ... | head`) is no failure.
process.stdout.on('error', () => {});
try {
  await program.parseAsync(process.argv);
} catch (thrown) {
  process.exitCode = explain(thrown);
}
