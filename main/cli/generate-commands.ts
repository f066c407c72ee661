import path from 'node:path';
import type { Command } from 'commander';
import { HARMONIES } from '../../contract/rule-list.ts';
import { RULE_IDS } from '../../contract/rules.ts';
import { SAMPLERS } from '../../contract/samplers.ts';
import { readGenerateRecipe } from '../jobs/recipe-file.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { type GenerateFlags, generate } from './generate.ts';
import { checkRuns } from './generate-check.ts';
import { generateLatent, type LatentFlags, latentRecipeOf } from './generate-latent.ts';
import { generateRule, type RuleFlags, ruleRecipeOf } from './generate-rule.ts';

const several = (value: string, all: string[]) => [...all, value];
/** Of a diffusion model in a file, wherever one is named. */
export const PREDICTION = 'of a model in a file: what it foretells: auto, epsilon or v (default auto)';
export const ZERO_SNR = 'of a model in a file: it was trained to zero signal at the last step';
export const CONFIG = 'of a model in a file: settings as diffusers writes them (JSON)';

/** Adds `gesso generate` and what stands below it. @param withWorkshop opens the workshop for one command */
export function addGenerateCommands(
  program: Command,
  withWorkshop: (work: (workshop: Workshop) => unknown) => Promise<void>,
): void {
  const generating = program
    .command('generate')
    // `rule`, `latent` and `check` have flags of the same names.
    .enablePositionalOptions()
    .description('Make pictures: of words with a diffusion model that you own, or by rules.')
    .option('--model <id-or-path>', 'an imported model, a diffusers folder or a .safetensors or .ckpt file')
    .option('--recipe <file>', 'a recipe file; the options change it')
    .option('--prompt <text>', 'what is to be seen; (word:1.3) counts more')
    .option('--negative <text>', 'what is not to be seen')
    .option('--init <file>', 'a picture to begin with')
    .option('--strength <s>', 'with --init: 0 keeps it, 1 makes all of it anew (default 0.75)')
    .option('--mask <file>', 'with --init: what is made anew: a picture, white is full')
    .option('--outpaint <l,t,r,b>', 'with --init: pixels that it grows by on each side')
    .option('--size <wxh>', "pixels, multiples of 8 (default: the model's own size)")
    .option('--steps <n>', 'more take longer and are finer (default 25)')
    .option(
      '--sampler <name[:spacing]>',
      `${SAMPLERS.join(', ')}; karras, exponential, trailing (default dpmpp_2m:karras)`,
    )
    .option('--guidance <g>', 'how closely the words are followed (default 7.5)')
    .option('--rescale <r>', 'how much of the contrast that guidance adds is taken back, 0 to 1 (default 0)')
    .option('--seed <n>', 'the same number makes the same picture (default: a random one, which is printed)')
    .option('--count <n>', 'so many pictures; each next one has the next seed (default 1)')
    .option('--lora <file[:weight]>', 'may be repeated', several, [])
    .option('--vae <file>', "an autoencoder in place of the model's own")
    .option(
      '--embedding <file>',
      'a textual inversion; its word is the name of its file; may be repeated',
      several,
      [],
    )
    .option('--clip-skip <n>', 'layers of the text encoder that are left out at the end (default 0)')
    .option('--hires <scale:strength>', 'a second pass over the picture enlarged')
    .option('--trace <dir>', 'write the latents after each step there')
    .option('--prediction <p>', PREDICTION)
    .option('--zero-snr', ZERO_SNR)
    .option('--config <file>', CONFIG)
    .option('--format <f>', 'png, jpeg, webp, avif or tiff (default png)')
    .option('--quality <q>', '1 to 100, for JPEG, WebP and AVIF (default 92)')
    .option('--name <template>', 'name of the results, with {prompt} {seed} {model} {date} {index} {name}')
    .option('--existing <rule>', 'what to do with a result that is there already: skip, overwrite or rename')
    .option('--device <d>', 'auto, cpu, webgpu, dml, coreml or cuda')
    .option('--tile <pixels>', 'auto, or the side of a tile')
    .option('--out <dir>', 'folder of the results (default: here)')
    .option('--json', 'one JSON object a line on stdout')
    .action(async (flags: GenerateFlags) => {
      const base =
        flags.recipe === undefined ? undefined : await readGenerateRecipe(path.resolve(flags.recipe));
      return withWorkshop((workshop) => generate(workshop, flags, base));
    });
  generating
    .command('check')
    .description('Replay runs that were recorded with PyTorch and say how far off each is.')
    .argument('<manifest>', 'a manifest of recorded runs, its models in folders beside it')
    .argument('[run...]', 'runs of the manifest (default: all)')
    .option('--trace <dir>', 'write the latents after each step there')
    .option('--json', 'one JSON object a line on stdout')
    .action((manifest: string, runs: string[], flags) =>
      withWorkshop((workshop) => checkRuns(workshop, manifest, runs, flags)),
    );

  generating
    .command('rule')
    .description('Make a seamless tile by a rule.')
    .argument('<name>', RULE_IDS.join(', '))
    .option('--set <key=value...>', 'settings of the rule', (pair, all: string[]) => [...all, pair], [])
    .option('--seed <n>', 'another number, another picture (default 1)')
    .option('--size <WxH>', 'pixels (default 1024x1024)')
    .option('--count <n>', 'so many tiles; each next one has the next seed (default 1)')
    .option('--palette <colours>', `a picture, #rgb,#rgb,... or ${HARMONIES.join(', ')}`)
    .option('--picture <file>', 'what quilt starts from')
    .option('--format <f>', 'png, jpeg, webp, avif, tiff, or svg where the rule is made of shapes')
    .option('--quality <q>', '1 to 100, for JPEG, WebP and AVIF (default 92)')
    .option('--out <dir>', 'folder of the result (default: here)')
    .option('--json', 'one JSON object a line on stdout')
    .action((name: string, flags: RuleFlags) => {
      const recipe = ruleRecipeOf(name, flags, process.cwd());
      return withWorkshop((workshop) => generateRule(workshop, recipe, flags));
    });

  generating
    .command('latent')
    .description("Make pictures of a network's own space: of seeds, mixed, walked through, side by side.")
    .option('--model <id>', 'a model of `gesso models list` that makes pictures of numbers, as omniart-eyes')
    .option('--recipe <file>', 'a recipe file; the options change it')
    .option('--seed <n>', 'may be repeated, up to four: they are mixed (default: a random one)', several, [])
    .option('--mix <w,...>', 'a weight for each seed (default: all alike)')
    .option('--truncation <t>', '0 is the mean picture, 1 as trained, 2 boldest (default 1)')
    .option('--condition <name>', "what is asked for, as blue or blue:2,green:1 (default: each seed's own)")
    .option('--count <n>', 'so many pictures; each next one has the next seed (default 1)')
    .option('--sheet <CxR>', 'a contact sheet: columns and rows of the next seeds')
    .option(
      '--spread <s>',
      'how far the next pictures go: less than 1 and they are like the first (default 1)',
    )
    .option('--walk <seconds>', 'a clip that passes the seeds, one after the other')
    .option('--fps <rate>', 'of a walk: frames a second, N or N/D (default 25)')
    .option(
      '--through <n,...>',
      'of a walk: seeds, or mixtures as 3:2+9:1, that it passes (default: the next three)',
    )
    .option('--no-loop', 'of a walk: it ends at its last seed')
    .option(
      '--format <f>',
      'png, jpeg, webp, avif or tiff (default png); of a walk mp4, webm, or png for a folder',
    )
    .option('--quality <q>', '1 to 100, for JPEG, WebP and AVIF (default 92)')
    .option(
      '--name <template>',
      'name of the results, with {prompt} (what is asked for) {seed} {model} {date} {index}',
    )
    .option('--existing <rule>', 'what to do with a result that is there already: skip, overwrite or rename')
    .option('--device <d>', 'auto, cpu, webgpu, dml, coreml or cuda')
    .option('--out <dir>', 'folder of the results (default: here)')
    .option('--json', 'one JSON object a line on stdout')
    .action(async (flags: LatentFlags) => {
      const base =
        flags.recipe === undefined ? undefined : await readGenerateRecipe(path.resolve(flags.recipe));
      const recipe = latentRecipeOf(flags, base);
      return withWorkshop((workshop) => generateLatent(workshop, recipe, flags));
    });
}
