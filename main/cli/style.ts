import path from 'node:path';
import { expected, GessoError } from '../../contract/errors.ts';
import { runOptions } from '../../contract/recipe.ts';
import { clipsOf } from '../../contract/style-clip.ts';
import { type StyleChoice, type StyleRecipe, styleRecipe } from '../../contract/style-recipe.ts';
import { BUILT_IN_STYLES, DEFAULT_INTERPOLATION } from '../../contract/tasks.ts';
import { isClip } from '../jobs/clip-files.ts';
import type { Workshop } from '../jobs/workshop.ts';
import { checkClip } from './clip-flags.ts';
import { ensureModels } from './ensure-models.ts';
import { collectInputs } from './inputs.ts';
import { runJob } from './run-job.ts';
import { clipFlags, type StyleClipFlags } from './style-clips.ts';
import { parseOrExplain } from './usage.ts';

/** The flags of `gesso style` as commander leaves them: text, or undefined where they were not given. */
export interface StyleFlags extends StyleClipFlags {
  out?: string;
  recipe?: string;
  mix?: string;
  model?: string;
  strength?: string;
  colour?: string;
  brush?: string;
  detail?: string;
  exact?: boolean;
  format?: string;
  name?: string;
  existing?: string;
  recursive?: boolean;
  stripPrivate?: boolean;
  device?: string;
  tile?: string;
  json?: boolean;
}

const HELP = 'See `gesso style --help`.';

/** `--style` and `--mask` in the order in which they were given: a mask belongs to the style before it. */
export class StyleList {
  readonly #styles: { from: StyleChoice['from']; mask?: string }[] = [];

  constructor(private readonly folder: string) {}

  get styles(): readonly { readonly from: StyleChoice['from']; readonly mask?: string }[] {
    return this.#styles;
  }

  /** @throws GessoError usage/invalid */
  style(text: string): void {
    this.#styles.push({ from: this.#from(text) });
  }

  /** @throws GessoError usage/invalid */
  mask(text: string): void {
    const last = this.#styles.at(-1);
    if (!last)
      throw new GessoError(
        'usage/invalid',
        '--mask comes before any --style.',
        'Put it behind the style it is for.',
      );
    if (last.mask !== undefined)
      throw new GessoError(
        'usage/invalid',
        'A style has two masks.',
        'Give each --style one --mask at most.',
      );
    last.mask = path.resolve(this.folder, text);
  }

  #from(text: string): StyleChoice['from'] {
    const number = /^builtin:(.*)$/i.exec(text)?.[1];
    if (number === undefined) return { picture: path.resolve(this.folder, text) };
    const builtIn = Number(number);
    if (/^\d+$/.test(number) && builtIn < BUILT_IN_STYLES) return { builtIn };
    throw new GessoError(
      'usage/invalid',
      expected(`builtin:0 to builtin:${BUILT_IN_STYLES - 1}`, '--style', text),
      HELP,
    );
  }
}

/**
 * The same flags as a recipe, or what they change of `base`.
 * @param inputs as they were named: what `--quality` means depends on them
 * @throws GessoError usage/invalid naming the flag
 */
export function styleOf(
  flags: StyleFlags,
  list: Pick<StyleList, 'styles'>,
  base?: StyleRecipe,
  inputs: readonly string[] = [],
): StyleRecipe {
  const kept = base?.steps[0];
  const styles = list.styles.length > 0 ? list.styles : kept?.styles;
  if (!styles)
    throw new GessoError(
      'usage/invalid',
      'No style is given.',
      `Add --style FILE for a picture whose style is taken, or --style builtin:N with N from 0 to ${BUILT_IN_STYLES - 1}.`,
    );
  const weights = weightsOf(flags.mix, styles.length);
  const { clips, quality } = clipFlags(flags, inputs, base?.clips, HELP);
  const made = parseOrExplain(
    styleRecipe,
    {
      gesso: 1,
      steps: [
        {
          ...kept,
          studio: 'style',
          styles: weights ? styles.map((style, index) => ({ ...style, weight: weights[index] })) : styles,
          ...given({
            model: flags.model,
            strength: numberOf(flags.strength),
            colour: colourOf(flags.colour),
            brush: numberOf(flags.brush),
            detail: numberOf(flags.detail),
            exact: flags.exact,
          }),
        },
      ],
      output: {
        ...base?.output,
        ...given({
          format: flags.format,
          quality: numberOf(quality),
          name: flags.name,
          existing: flags.existing,
          stripPrivate: flags.stripPrivate,
        }),
      },
      ...(clips !== undefined && { clips }),
    },
    'usage/invalid',
    HELP,
  );
  if (made.clips) checkClip(made.clips, made.clips.output, HELP);
  return made;
}

/** Normalised: the same shares are the same recipe. */
function weightsOf(text: string | undefined, count: number): number[] | undefined {
  if (text === undefined) return undefined;
  const weights = text.split(',').map((each) => (each.trim() === '' ? Number.NaN : Number(each)));
  const sum = weights.reduce((a, b) => a + b, 0);
  if (weights.some((weight) => !(weight >= 0)) || !(sum > 0) || !Number.isFinite(sum))
    throw new GessoError('usage/invalid', expected('numbers of 0 and more, not all 0', '--mix', text), HELP);
  if (weights.length !== count)
    throw new GessoError(
      'usage/invalid',
      `--mix has ${weights.length} numbers for ${count} styles.`,
      'Give one for each --style, in their order.',
    );
  return weights.map((weight) => weight / sum);
}

function colourOf(text: string | undefined): string | number | undefined {
  return text === undefined || text === 'style' || text === 'original' ? text : numberOf(text);
}

/** Text that is no number is left as it is: the schema says what was expected. */
function numberOf(text: string | undefined): string | number | undefined {
  if (text === undefined || text.trim() === '' || Number.isNaN(Number(text))) return text;
  return Number(text);
}

/** Without what was not given. */
function given(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Queues pictures and paints them. @returns the exit code */
export async function style(
  workshop: Workshop,
  inputs: readonly string[],
  flags: Pick<StyleFlags, 'out' | 'recursive' | 'device' | 'tile' | 'json'>,
  chosen: StyleRecipe,
): Promise<number> {
  const options = parseOrExplain(
    runOptions,
    {
      device: flags.device ?? workshop.settings.values.device,
      tile: flags.tile === undefined || flags.tile === 'auto' ? flags.tile : Number(flags.tile),
    },
    'usage/invalid',
    HELP,
  );
  const cwd = process.cwd();
  const { items, problems, ownOutputs } = await collectInputs(inputs, {
    cwd,
    recursive: flags.recursive === true,
    out: flags.out === undefined ? undefined : path.resolve(cwd, flags.out),
    isOwnOutput: (file) => workshop.store.isOutput(file),
    clips: true,
  });
  if (ownOutputs > 0) process.stderr.write(`Left out ${ownOutputs} results of earlier jobs.\n`);
  // Only a clip needs to know what moves where.
  const isMoving = items.some(({ input }) => isClip(input)) && clipsOf(chosen).steady > 0;
  if (items.length > 0) await ensureModels(workshop, chosen, isMoving ? [DEFAULT_INTERPOLATION] : []);
  const job = workshop.store.append(chosen, options, items);
  return runJob(workshop, { job: job.id, json: flags.json === true, problems, verb: 'Painting' });
}
