import type { Command } from 'commander';
import { OF_KINDS } from '../../contract/learn-kinds.ts';
import { LEARN_KINDS } from '../../contract/learn-step.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { type LearnFlags, learn } from './learn.ts';
import { checkLearning } from './learn-check.ts';
import { type UseFlags, useLearnt } from './learn-use.ts';
import { renameLearnt } from './learnt.ts';

/** What each kind is for, as `--help` says it. */
const KINDS: Record<(typeof LEARN_KINDS)[number], string> = {
  vae: 'Learn variations of your pictures: in-betweens, averages, what does not belong.',
  denoise: 'Learn the noise of each picture from itself, and take it away.',
  nerf: 'Learn a scene from views of it: an orbit, depth, points.',
  words: 'Learn how your captions and titles go on.',
  diffusion: 'Learn to make textures, icons or sprites like yours.',
  gan: 'Learn patterns of one kind, to explore on the pad of Generate.',
};

/** What is learnt from, where it is not pictures of any kind. */
const INPUTS: Partial<Record<(typeof LEARN_KINDS)[number], string>> = {
  words: 'texts, or folders of them or of titled pictures',
  nerf: 'a folder with transforms.json, pictures of a turntable, or sample:scene',
};

/** Adds `gesso learn` and what stands below it. @param withWorkshop opens the workshop for one command */
export function addLearnCommands(
  program: Command,
  withWorkshop: (work: (workshop: Workshop) => unknown) => Promise<void>,
): void {
  const learning = program
    .command('learn')
    .enablePositionalOptions()
    .description('Learn from your own pictures and words, on this machine.');
  for (const kind of LEARN_KINDS) {
    const command = learning
      .command(kind)
      .description(KINDS[kind])
      .argument(
        '<input...>',
        INPUTS[kind] ??
          'pictures, or folders of them; sample:emoji, sample:textures or sample:patterns to try',
      )
      .option('--steps <n>', 'how long: so many steps; a seed repeats them exactly')
      .option('--minutes <n>', 'how long: so many minutes')
      .option('--seed <n>', 'what chance begins with (default 0)')
      .option(
        '--out <dir>',
        kind === 'denoise' ? 'folder of the results (default: beside each input)' : 'folder of reports',
      )
      .option('--resume', 'go on where such a training was left, or with what it had learnt')
      .option('--json', 'one JSON object a line on stdout');
    if (OF_KINDS[kind].holdsOut)
      command.option('--no-early-stop', 'all of it, also where what is held out gets no better');
    if (kind !== 'denoise' && kind !== 'words')
      command.option('--size <n>', 'pixels of a side: 32, 64 or 128 (default: what the kind is best at)');
    if (kind !== 'denoise') command.option('--name <n>', 'what it is called in the library');
    if (kind === 'nerf')
      command.option(
        '--angle <degrees>',
        'of a turntable: from one picture to the next, negative: the other way (default: a full turn in all)',
      );
    if (kind === 'denoise')
      command
        .option('--mask <file>', 'dust and scratches to fill in: a picture, white is full')
        .option('--format <f>', 'png, jpeg, webp, avif or tiff')
        .option('--quality <q>', '1 to 100')
        .option(
          '--existing <rule>',
          'what to do with a result that is there already: skip, overwrite or rename',
        );
    command.action((inputs: string[], flags: LearnFlags) =>
      withWorkshop((workshop) => learn(workshop, kind, inputs, flags)),
    );
  }
  learning
    .command('use')
    .description(
      'Use what was learnt: between A B, average FOLDER, sliders, samples, odd FOLDER, unusual FILE, similar FILE, orbit, depth, points, suggest TEXT, vary FILE, inpaint FILE.',
    )
    .argument('<id>', 'something learnt; see `gesso models list`')
    .argument('<use>', 'what is done with it')
    .argument('[input...]', 'files, folders or a text, as the use needs')
    .option('--out <dir>', 'folder of the results (default: here)')
    .option('--seed <n>', 'what chance begins with (default 0)')
    .option('--count <n>', 'how many; with unusual: steps of learning what dust looks like (default 1200)')
    .option('--seconds <n>', 'a clip of that length instead of a sheet')
    .option('--mask <file>', 'with inpaint: what is made anew: a picture, white is full')
    .option('--json', 'one JSON object a line on stdout')
    .action((id: string, use: string, inputs: string[], flags: UseFlags) =>
      withWorkshop((workshop) => useLearnt(workshop, id, use, inputs, flags)),
    );
  learning
    .command('rename')
    .description('Call something learnt something else; its id stays.')
    .argument('<id>', 'something learnt; see `gesso models list`')
    .argument('<name>', 'what it is called from now on, at most 80 characters')
    .option('--json', 'one JSON object a line on stdout')
    .action((id: string, name: string, flags: { json?: boolean }) =>
      withWorkshop((workshop) => renameLearnt(workshop, id, name, flags.json === true)),
    );
  learning
    .command('check')
    .description("Make a recorded training's first steps again.")
    .argument('<manifest>', 'manifest.json beside the recorded tensors')
    .argument('<case>', 'its name')
    .requiredOption('--out <dir>', 'gets losses.f32, g_NAME.f32, p1_NAME.f32 and p3_NAME.f32')
    .option('--json', 'one JSON object a line on stdout')
    .action((manifest: string, name: string, flags: { out: string; json?: boolean }) =>
      withWorkshop((workshop) => checkLearning(workshop, manifest, name, flags)),
    );
}
